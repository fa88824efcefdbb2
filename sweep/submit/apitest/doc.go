// Package apitest holds what sweep/submit writes against the official types of
// Kubernetes and AWS Batch. It is a module of its own, so that neither becomes a
// dependency of Arago; it reads the golden files of sweep/submit, which that package's
// tests hold to what it writes.
package apitest
