//go:build js && !alloperators

package graph

// The browser build has the operators that the models of its tasks need: all of
// them would make a page's first download a fifth larger.
func init() {
	basicFamily()
	elementwiseFamily()
	families = []*family{&basic, &elementwise}
}
