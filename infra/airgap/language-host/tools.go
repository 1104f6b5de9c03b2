//go:build tools

// Package tools names the command that go.mod pins.
package tools

import _ "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs"
