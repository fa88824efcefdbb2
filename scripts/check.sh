#!/bin/sh
# Static checks. Each one that fails is named; all of them are run.
set -u
failed=0
fail() {
	echo "check: $1" >&2
	failed=1
}

unformatted=$(gofmt -l $(git ls-files --cached --others --exclude-standard '*.go'))
[ -z "$unformatted" ] || fail "gofmt would change: $unformatted"

go vet ./... || fail "go vet found the above"
# Test runs with tags or the race detector leave vet out.
CGO_ENABLED=1 go vet -race -tags openblas,fftw ./... || fail "go vet found the above with -race -tags openblas,fftw"
CGO_ENABLED=1 go vet -tags accelerate_standin ./backend/accelerate || fail "go vet found the above in the stand-in of Accelerate"
go tool -modfile=tools/go.mod staticcheck ./... || fail "staticcheck found the above"
go mod tidy -diff || fail "go.mod is not tidy; run go mod tidy"
(cd tools && go mod tidy -diff) || fail "tools/go.mod is not tidy; run go mod tidy in tools"
go mod verify >/dev/null || fail "a module differs from its checksum"

# Vet compares assembly with its declarations, for one architecture at a time.
for arch in amd64 arm64; do
	GOARCH=$arch CGO_ENABLED=0 go vet ./internal/kernel/... || fail "go vet found the above in the kernels for $arch"
done
(cd internal/kernel/_asm && go vet ./... && go tool -modfile=../../../tools/go.mod staticcheck ./... && go test ./... && go mod tidy -diff) || fail "internal/kernel/_asm is not in order"

(cd bench && go vet ./... && go tool -modfile=../tools/go.mod staticcheck ./... && go mod tidy -diff) || fail "bench is not in order"
(cd sweep/submit/apitest && go vet ./... && go tool -modfile=../../../tools/go.mod staticcheck ./... && go mod tidy -diff) || fail "sweep/submit/apitest is not in order"
go vet -tags slurm ./sweep/submit || fail "go vet found the above in the test with Slurm"

# Every target that users have must compile; the tests run on one of them.
for target in linux/amd64 linux/arm64 linux/riscv64 linux/s390x linux/386 darwin/arm64 windows/amd64; do
	GOOS=${target%/*} GOARCH=${target#*/} CGO_ENABLED=0 go build ./... || fail "the build for $target failed"
done

before=$(git status --porcelain)
go generate ./... || fail "go generate failed"
[ "$before" = "$(git status --porcelain)" ] || fail "generated files are out of date; run make generate: $(git status --porcelain)"

exit $failed
