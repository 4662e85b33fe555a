module argus.dev/tests/go_oracle

go 1.21
