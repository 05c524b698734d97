# Every target is thin: what it does is in tools/, e2e/ and web/scripts. `make help` lists them.
# A stamp in .cache/stamps is newer than all that it was made from, so a second run starts nothing again.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

STATICCHECK := v0.8.2
STAMPS      := .cache/stamps
SUITE       := .venv/lib/python3*/site-packages/onnx/backend/test/data
NPM_CI      := npm ci --ignore-scripts --loglevel=error --no-fund --no-audit # no package here needs its install script

# What the browser's files are made from: the site, and the Go packages inside dehug.wasm.
SITE_SOURCES := $(shell find web -type f -not -path '*/node_modules/*' -not -path 'web/dist/*' -not -path 'web/.*') \
                $(shell find manifest wasm internal -name '*.go' -not -name '*_test.go') $(addprefix tools/size/,slim.mjs split.mjs hot.txt jumps.mjs bytes.mjs) go.mod go.sum

.PHONY: help demo e2e test test-all contracts gas mutants coverage conformance bench bench-engine bench-server bench-hub bench-jobs faults bench-stream bench-upload test-models size shots verify-release models release build lint fmt clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## start a chain and a hub with models published on it, print the page's address
	@go build -o bin/ ./tools/demo && exec bin/demo

e2e: build $(STAMPS)/e2e-modules $(STAMPS)/python ## from a wallet to a published model, in Chromium: upload, publish, find, run, a second version (ALL=1: of 59 MB, and all that owners do); use that is paid, to the unit; an evaluation that is attested, a training
	@go run ./tools/fetch-models iris
	@DEHUG_TEST_ALL=1 go test -count=1 -run 'TestMoneyPath|TestOrderPath|TestJobKinds' ./relay/cmd/dehug-relay
	@cd e2e && $(if $(ALL),DEHUG_TEST_ALL=1) node --test browser/publish.test.mjs

test: ## lint and run every test: Go, Solidity, the ONNX suite, Go in Chromium, TypeScript, the whole system
	@go build -o bin/ ./tools/check && exec bin/check

test-all: ## make test with nothing left out: Firefox and WebKitGTK too, 10 minutes of fuzzing for each way in
	@go build -o bin/ ./tools/check && exec bin/check -all

contracts: ## build and test the contracts, write contracts/abi (ALL=1: with as much fuzzing as make test-all)
	@go build -o bin/ ./tools/check && exec bin/check $(if $(ALL),-all) -only contracts

gas: $(STAMPS)/contracts-modules ## what transactions cost, by receipts of a local chain, into contracts/snapshots
	@cd contracts && FORGE=$$(echo node_modules/@foundry-rs/forge-*/bin/forge) && $$FORGE build > .build/log 2>&1 || { cat .build/log; exit 1; }
	@cd contracts && node toolchain/gas.mjs

mutants: gas ## break the money paths of the contracts in 94 ways, one after the other: the tests must notice (20 minutes)
	@cd contracts && node toolchain/mutate.mjs

coverage: $(STAMPS)/contracts-modules ## how much of the contracts their tests run (2 minutes)
	@cd contracts && node toolchain/coverage.mjs

conformance: $(STAMPS)/python ## run the ONNX backend test suite, beside onnxruntime; cases that passed before must pass
	@go build -o bin/ ./wasm/cmd/dehug-run
	@bin/dehug-run conformance $(SUITE) --oracle '.venv/bin/python wasm/conformance/oracle.py'

bench: build $(STAMPS)/e2e-modules ## time to the first result and run time, beside onnxruntime-web
	@node e2e/bench/bench.mjs

bench-engine: build test-models ## every model beside onnxruntime-web: speed, cold start, memory (ARGS="--models lcnet --pairs 10", "--profile lcnet")
	@node e2e/bench/engine.mjs $(or $(ARGS),--visits 5 --report)

size: build $(STAMPS)/e2e-modules ## what a page downloads, by package; growth since the ledger's last line
	@node tools/size/size.mjs

shots: build $(STAMPS)/e2e-modules ## pictures of the demo page and of the hub in every state (ARGS="hub home publish": of these alone)
	@node e2e/$(if $(filter hub,$(firstword $(ARGS))),hub-shots.mjs $(wordlist 2,99,$(ARGS)),shots.mjs $(ARGS))$(if $(ARGS),, && node e2e/hub-shots.mjs)

verify-release: $(STAMPS)/web-modules ## make the runtime again elsewhere and compare its hashes (FROM=https://hub.example: with what that hub serves)
	@node tools/verify-release.mjs $(FROM)

models: ## fetch the pinned models into .cache/models
	@go run ./tools/fetch-models blazeface

bench-server: build test-models $(STAMPS)/python $(STAMPS)/e2e-modules ## run time under wazero, beside native onnxruntime, Chromium and other Go runtimes (ARGS="--models lcnet")
	@node e2e/bench/server.mjs $(ARGS)

bench-hub: ## searches and lists over 100 000 models by 50 clients at once, on SQLite and Postgres (2 minutes)
	@go test ./relay/store -run '^$$' -bench BenchmarkHub -benchtime 1x -timeout 10m

bench-jobs: ## durable jobs a second and what a commit takes, on SQLite and Postgres; over HTTP, with idle providers, with streams (2 minutes)
	@go test ./relay/store -run '^$$' -bench BenchmarkJobs -benchtime 2000x
	@go test ./relay/cmd/dehug-relay -run '^$$' -bench 'JobLoad|IdleProviders|Streams' -benchtime 1x

faults: ## kill relays and providers, lose power, cut lines, fill disks, take blocks back while jobs run and are paid, and count what was lost or doubled (3 minutes; FAULTS=60 JOBS=1200 SEED=1); .cache/faults.jsonl is the history
	@mkdir -p .cache && DEHUG_FAULTS=$(or $(FAULTS),1000) DEHUG_FAULTS_JOBS=$(or $(JOBS),20000) DEHUG_FAULTS_WORLDS=4 DEHUG_FAULTS_SEED=$(or $(SEED),1) DEHUG_FAULTS_HISTORY=$(CURDIR)/.cache/faults.jsonl \
		go test ./relay/cmd/dehug-relay -run TestJobFaults -v -count 1 -timeout 60m > .cache/faults.log || tail -50 .cache/faults.log
	@go run ./relay/internal/history/check .cache/faults.jsonl

bench-stream: build $(STAMPS)/e2e-modules ## verified streaming into a page, beside a plain fetch of the same bytes (ARGS="--memory": memory while 2 GiB pass)
	@node e2e/bench/stream.mjs $(ARGS)

bench-upload: build $(STAMPS)/e2e-modules ## upload from Chromium beside curl with the same requests, and the page's memory (ARGS="--mib 1024 --rounds 1")
	@node e2e/bench/upload.mjs $(ARGS)

test-models: $(STAMPS)/models ## fetch (83 MB of packages) and quantise all that tests and benchmarks run, 140 MB in .cache

release: ## put the model and what its author says of it into .cache/release
	@go build -o bin/ ./tools/release && bin/release blazeface

build: $(STAMPS)/site ## the site and the binaries, in bin/
	@go build -o bin/ ./relay/cmd/dehug-relay ./wasm/cmd/dehug-run ./e2e/faultgw

lint: ## gofmt, vet, staticcheck, arrows between the rooms, tsc, eslint
	@go build -o bin/ ./tools/check && exec bin/check -only lint

fmt: ## format Go, fix what eslint can
	@git ls-files -co --exclude-standard '*.go' | xargs gofmt -w
	@cd web && npx --no-install eslint --fix .

clean: ## remove everything built or fetched
	@git clean -fdXq -- bin .cache .venv data shots web e2e contracts
	@echo "removed what git ignores"

.PHONY: staticcheck
staticcheck: bin/staticcheck-$(STATICCHECK)

# Built for this machine whatever GOOS and GOARCH say; the version is part of the name, so a new pin is a new file.
bin/staticcheck-$(STATICCHECK):
	@rm -f bin/staticcheck-* && GOOS= GOARCH= GOBIN=$(CURDIR)/bin go install honnef.co/go/tools/cmd/staticcheck@$(STATICCHECK)
	@mv bin/staticcheck $@

$(STAMPS)/web-modules: web/package-lock.json web/package.json
	@echo "installing npm packages of web/"
	@cd web && $(NPM_CI) && cd .. && mkdir -p $(@D) && touch $@

$(STAMPS)/e2e-modules: e2e/package-lock.json e2e/package.json
	@echo "installing npm packages of e2e/"
	@cd e2e && $(NPM_CI) && cd .. && mkdir -p $(@D) && touch $@

$(STAMPS)/contracts-modules: contracts/package-lock.json contracts/package.json
	@echo "installing npm packages of contracts/"
	@cd contracts && $(NPM_CI) && cd .. && mkdir -p $(@D) && touch $@

$(STAMPS)/python: tools/requirements.txt
	@echo "installing onnx (with the suite's data, 20 MB) and onnxruntime into .venv, by pip"
	@[ -x .venv/bin/pip ] || python3 -m venv .venv
	@.venv/bin/pip install --quiet --disable-pip-version-check -r $< && mkdir -p $(@D) && touch $@

$(STAMPS)/models: tools/fetch-models/pins.json e2e/models/models.mjs e2e/models/variants.mjs e2e/models/quantise.py $(STAMPS)/python $(STAMPS)/e2e-modules
	@go run ./tools/fetch-models all && node e2e/models/variants.mjs && mkdir -p $(@D) && touch $@

$(STAMPS)/site: $(STAMPS)/web-modules $(SITE_SOURCES)
	@cd web && npm run --silent build && cd .. && mkdir -p $(@D) && touch $@
