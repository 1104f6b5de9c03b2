module testbed.local/k3s

go 1.24.6

require github.com/k3s-io/k3s v1.33.0-rc1.0.20251111204923-8215b940e3eb
