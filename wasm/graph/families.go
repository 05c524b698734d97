//go:build !js || alloperators

package graph

// All operators. The browser build takes fewer unless it is built with the tag
// alloperators (families_js.go).
func init() {
	basicFamily()
	reductionsFamily()
	shapingFamily()
	productsFamily()
	quantisedFamily()
	elementwiseFamily()
	recurrentFamily()
	windowedFamily()
	attentionFamily()
	spectralFamily()
	contribFamily()
	controlFamily()
	families = []*family{&basic, &reductions, &shaping, &products, &quantised, &elementwise, &recurrent, &windowed, &attention, &spectral, &contrib, &control}
}
