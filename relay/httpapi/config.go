package httpapi

import (
	"net/http"

	"github.com/dehug/dehug/relay"
)

// pageConfig is what the page reads first: where to stream from, and what there is to run.
type pageConfig struct {
	Gateways []string        `json:"gateways"`
	Releases []relay.Release `json:"releases"`
	// DemoFaultGateway is for the page's switch that lets a source lie. Left out when there is none.
	DemoFaultGateway string `json:"demoFaultGateway,omitempty"`
}

// config answers GET /config.json. All of it is public, so pages of other origins may read it too.
func (c Config) config() http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		releases, err := c.Releases.Releases(r.Context())
		if err != nil {
			c.writeError(w, r, err)
			return
		}
		w.Header().Set("Access-Control-Allow-Origin", "*")
		w.Header().Set("Cross-Origin-Resource-Policy", "cross-origin")
		writeJSON(w, http.StatusOK, pageConfig{
			Gateways: append([]string{}, c.Gateways...), // [], never null
			Releases: append([]relay.Release{}, releases...),

			DemoFaultGateway: c.FaultGateway,
		})
	}
}
