# What one does with Arago. `make help` lists the targets.

GO ?= go
# The pure Go build needs no C compiler; only the race detector does.
export CGO_ENABLED ?= 0
PREFIX ?= /usr/local
TOOL = $(GO) tool -modfile=tools/go.mod

# The native variants: one set of build tags each. build-tags.md tells about them.
NATIVE = openblas mkl blis atlas netlib fftw openblas-fftw mkl-fftw blis-fftw

.PHONY: help build lib install test-lib python slurm manifests release deps test native race emulate fuzz cover check generate bench oracle accuracy clean $(NATIVE)

help: ## list the targets
	@awk 'BEGIN { FS = ":.*## " } /^[a-z$$()A-Z-]+:.*## / { sub(/\$$\(NATIVE\)/, "openblas", $$1); printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## build the program, pure Go: ./arago
	$(GO) build -o arago ./cmd/arago

$(NATIVE): ## likewise mkl, blis, atlas, netlib, fftw, openblas-fftw, …: build/arago-openblas
	CGO_ENABLED=1 $(GO) build -tags "$(subst -, ,$@)" -o build/arago-$@ ./cmd/arago

lib: ## build the C library into build/lib; TAGS=openblas,fftw for libraries behind it
	sh scripts/lib.sh build/lib "$(TAGS)"

install: lib ## install the C library, its header and its pkg-config file below PREFIX (/usr/local)
	sh scripts/lib-install.sh "$(PREFIX)"

test-lib: ## test the C library: threads, forks, signals, valgrind, pkg-config, all tags
	sh scripts/lib-test.sh

python: ## build the Python package and test it, with POPPY's own tests too (needs Python 3.11)
	sh scripts/python.sh

slurm: ## run an array job on a Slurm of its own (Debian, as root)
	sh scripts/slurm.sh

manifests: ## hold what arago submit writes against the types of Kubernetes and AWS
	cd sweep/submit/apitest && $(GO) tool -modfile=../../../tools/go.mod gotestsum --format pkgname -- -count=1 ./...

release: ## build all binaries for all systems into dist/, with checksums
	sh scripts/release.sh

deps: ## install what the native variants and their tests need, on Debian (as root)
	sh scripts/deps.sh

test: ## run all tests that this machine can run; skips are named with their reasons
	$(TOOL) gotestsum --format pkgname --format-hide-empty-pkg -- -count=1 ./...

native: ## run the tests of every back end that can be linked here, and of the program with it
	sh scripts/native.sh

# A program with the race detector rests for a second before it ends; tests start hundreds.
race: ## run the tests under the race detector (needs a C compiler)
	GORACE="atexit_sleep_ms=0 $$GORACE" CGO_ENABLED=1 $(TOOL) gotestsum --format pkgname --format-hide-empty-pkg -- -count=1 -vet=off -race ./...

emulate: ## run the tests of the kernels on other processors, emulated by qemu-user, and with each set of kernels
	sh scripts/emulate.sh

fuzz: ## fuzz every fuzz target for SECONDS_EACH (10)
	sh scripts/fuzz.sh

cover: ## print the coverage of each package; fails below 90 % of a numerical one
	sh scripts/cover.sh

check: ## static checks: formatting, vet, staticcheck, modules tidy, generated files clean
	sh scripts/check.sh

generate: ## write the generated files anew
	$(GO) generate ./...

bench: ## time the main job and print its peak memory
	sh scripts/bench.sh

oracle: ## compute POPPY's golden files anew and compare (needs Python 3.11; installs POPPY into build/poppy)
	sh scripts/oracle.sh

accuracy: ## measure rounding errors anew: docs/accuracy.md (needs bench/setup.sh, bench/fftw.sh)
	cd bench && $(GO) run ./accuracy --out ../docs/accuracy.md

clean: ## remove what the targets above have built
	rm -rf arago build coverage.out
