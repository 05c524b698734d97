package graph

// All operators.
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
