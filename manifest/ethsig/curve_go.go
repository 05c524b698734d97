//go:build !cgo

package ethsig

var (
	sign       = signInGo
	recoverKey = recoverInGo
)
