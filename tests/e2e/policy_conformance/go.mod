module argus.dev/tests/policy_conformance

go 1.26

require github.com/mattfenwick/cyclonus v0.5.6
