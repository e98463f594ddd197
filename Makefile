# `make run` is the whole tour; every target first sees to it that what it needs is installed.

.PHONY: run build test test-kubernetes simulate torture fuzz bench format lint clean deps deps-tests
.DEFAULT_GOAL := run

RECONCILE := .build/debug/reconcile
SWIFT_SOURCES := $(wildcard Package.swift Sources Tests Benchmarks)

## Builds reconcile and applies manifests/: trains the example's three runs, or says that nothing is left to do.
run: build
	$(RECONCILE) apply

build: deps
	@test -x $(RECONCILE) || echo "Building reconcile: a few minutes the first time, seconds from then on."
	swift build --product reconcile

test: deps-tests
	@test -x $(RECONCILE) || echo "Building reconcile and its tests: a few minutes the first time."
	scripts/test

## What needs a Kubernetes cluster, on a real one of this machine's own. Without its programs `make test` leaves that out.
test-kubernetes: deps-tests
	scripts/servers/kubernetes-build
	scripts/test --filter Kubernetes

## SEEDS=n simulated worlds from FROM on, in which much goes wrong; SEED=s shows one, within the limits of ONLY.
simulate: deps
	@test -d .build-simulate || echo "Building for release: ten minutes or so the first time."
	SEEDS=$(SEEDS) FROM=$(FROM) SEED=$(SEED) ONLY="$(ONLY)" MUTANT=$(MUTANT) \
		swift run -c release --scratch-path .build-simulate slipway-simulate

## Real processes, killed at random for SECONDS on each backend while RUNS runs are wanted; SEED=n repeats a plan, BACKEND=name takes one.
torture: deps-tests
	TORTURE_SECONDS=$(or $(SECONDS),600) TORTURE_RUNS=$(RUNS) TORTURE_SEED=$(SEED) TORTURE_BACKEND=$(BACKEND) \
		scripts/test --filter TortureTests

## Makes YAML up for SECONDS (600) and reads it; SEED=n repeats a run. What breaks something is left in .build-fuzz/found.
fuzz: deps
	@test -d .build-fuzz || echo "Building for release: several minutes the first time."
	SLIPWAY_FUZZ=1 swift build -c release -Xswiftc -sanitize=fuzzer --scratch-path .build-fuzz --product slipway-fuzz
	mkdir -p .build-fuzz/found .build-fuzz/reached
	SWIFT_BACKTRACE=enable=no nice .build-fuzz/release/slipway-fuzz -max_total_time=$(or $(SECONDS),600) \
		-seed=$(or $(SEED),0) -timeout=10 -max_len=20000 -dict=Tests/Fuzzing/yaml.dict -print_final_stats=1 \
		-artifact_prefix=.build-fuzz/found/ .build-fuzz/reached Tests/Fuzzing/Corpus manifests

## Release build, compared with C, Git and bare processes on this machine; prints a table.
bench: deps
	@test -d .build-bench || echo "Building for release: ten minutes or so the first time."
	SLIPWAY_BENCH=1 swift run -c release --static-swift-stdlib --scratch-path .build-bench slipway-bench $(BENCHMARKS)

format: deps
	swift format --in-place --recursive $(SWIFT_SOURCES)

lint: deps
	swift format lint --strict --recursive $(SWIFT_SOURCES)

clean: deps
	swift package clean
	rm -rf .build-bench .build-simulate .build-fuzz

deps:
	@scripts/install-dependencies

deps-tests:
	@scripts/install-dependencies --tests
