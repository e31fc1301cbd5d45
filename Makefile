# What can be done here. Each target runs the script or the go command that does it; the CI runs check.sh itself and needs
# no make.

.PHONY: build check test lint race golden fuzz bench mutate cover release-check clean

build: ## the program, ./zlog
	CGO_ENABLED=0 go build -trimpath -o zlog .

check: ## everything that the CI checks
	./check.sh

test lint race: ## one part of it
	./check.sh $@

fuzz: ## every fuzz target; make fuzz FUZZTIME=60s for longer than 5 s each
	./check.sh fuzz

golden: ## rewrite the files that tests compare with, then look at what changed
	go test $$(grep -rl --include='*_test.go' 'flag.Bool("update"' . | xargs -n 1 dirname | sort -u) -count=1 -update
	git diff --stat

bench: ## measure the whole job beside other tools, and the parts; ZLOG_BENCH=big.log adds a log of yours
	go test -run '^$$' -bench . -benchmem $(BENCHFLAGS) ./...

mutate: ## change every text of every signature, and see that a sample notices
	go test -count=1 -v -run 'EveryTextOfASignature|TestMutate' . ./rules

cover: ## which lines the tests run: cover.html
	go test -coverpkg=./... -coverprofile=cover.prof ./...
	go tool cover -html=cover.prof -o cover.html
	go tool cover -func=cover.prof | tail -n 1

release-check: ## whether the release's configuration is valid; builds goreleaser, which takes minutes
	go run github.com/goreleaser/goreleaser/v2@v2.15.1 check

clean:
	rm -rf zlog dist .release cover.prof cover.html
