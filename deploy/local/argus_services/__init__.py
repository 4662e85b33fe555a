"""The services that deploy/local starts: one module for each service, and one for each shared concern."""
