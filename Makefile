# What one does with Arago. `make help` lists the targets.

GO ?= go
# The pure Go build needs no C compiler; only the race detector does.
export CGO_ENABLED ?= 0
TOOL = $(GO) tool -modfile=tools/go.mod

.PHONY: help build test race cover check generate bench oracle clean

help: ## list the targets
	@awk 'BEGIN { FS = ":.*## " } /^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## build the program: ./arago
	$(GO) build -o arago ./cmd/arago

test: ## run all tests that this machine can run; skips are named with their reasons
	$(TOOL) gotestsum --format pkgname --format-hide-empty-pkg -- -count=1 ./...

race: ## run the tests under the race detector (needs a C compiler)
	CGO_ENABLED=1 $(TOOL) gotestsum --format pkgname --format-hide-empty-pkg -- -count=1 -race ./...

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

clean: ## remove what the targets above have built
	rm -rf arago build coverage.out
