package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/store"
)

// app answers the addresses of the web app's pages. All of them are index.html: the app reads the address. What links are
// shown by elsewhere (title, summary) is written into it here, for those who show them run no scripts.
type app struct {
	before, after []byte // index.html around what tells about a page; before is nil where there is no app
	routes        []string
	about         func(context.Context, page) (about, error)
}

// page is an address of the app: the route that it is of, and what stands for the parts of the route that begin with a colon.
type page struct {
	path, route string
	parts       map[string]string
}

// about is what is said of a page where it is linked to. The zero value is that of the site.
type about struct {
	title, summary string
	url            string // the page's own address; "" where there is none to name
}

const (
	siteTitle   = "DeHug: AI models you can check"
	siteSummary = "A hub for AI models in which every byte, and every answer computed in strict mode, can be checked by whoever receives it."
)

// aboutSite says of every page what the site is.
func aboutSite(context.Context, page) (about, error) { return about{}, nil }

// routesFile is written by the site: the routes of its app.
const routesFile = "pages.json"

// openApp finds the app among the files. A site may have none; one with routes has to have the place to write into.
func openApp(files map[string]file, say func(context.Context, page) (about, error)) (app, error) {
	list, ok := files[routesFile]
	if !ok {
		return app{}, nil
	}
	a := app{about: say}
	if err := json.Unmarshal(list.forms[0].body, &a.routes); err != nil {
		return app{}, fmt.Errorf("%s: %w", routesFile, err)
	}
	index, ok := files["index.html"]
	if !ok {
		return app{}, fmt.Errorf("%s without index.html", routesFile)
	}
	before, rest, begins := bytes.Cut(index.forms[0].body, []byte("<!--about"))
	_, after, ends := bytes.Cut(rest, []byte("<!--/about-->"))
	if !begins || !ends {
		return app{}, fmt.Errorf("index.html has no place for what a page is about")
	}
	a.before, a.after = before, after
	return a, nil
}

// serve answers when path is a page of the app, and says whether it was.
func (a app) serve(w http.ResponseWriter, r *http.Request, path string) bool {
	p, ok := a.match(path)
	if !ok {
		return false
	}
	said, err := a.about(r.Context(), p)
	code := http.StatusOK
	if err != nil {
		code = status(relay.ErrorCode(err)) // the page itself says what is wrong, as the API told it
	}
	a.write(w, r, code, said)
	return true
}

// notFound answers for an address that is nothing: with a page to those who read pages.
func (a app) notFound(w http.ResponseWriter, r *http.Request) {
	if a.before == nil || !strings.Contains(r.Header.Get("Accept"), "text/html") {
		http.Error(w, "not found", http.StatusNotFound)
		return
	}
	a.write(w, r, http.StatusNotFound, about{title: "Not found"})
}

func (a app) write(w http.ResponseWriter, r *http.Request, code int, said about) {
	body := bytes.Join([][]byte{a.before, said.html(), a.after}, nil)
	tag := newForm("", body).etag
	h := w.Header()
	h.Set("Content-Type", types[".html"])
	h.Set("Cache-Control", cacheChecked)
	h.Set("ETag", tag)
	if code == http.StatusOK && matches(r.Header.Get("If-None-Match"), tag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(code)
	if r.Method != http.MethodHead {
		w.Write(body)
	}
}

// html is the elements for the head of a document.
func (a about) html() []byte {
	title, summary := siteTitle, siteSummary
	if a.title != "" {
		title = a.title + " · DeHug"
	}
	if a.summary != "" {
		summary = a.summary
	}
	var b strings.Builder
	fmt.Fprintf(&b, "<title>%s</title>\n", html.EscapeString(title))
	meta := func(attribute, name, content string) {
		fmt.Fprintf(&b, "    <meta %s=%q content=\"%s\" />\n", attribute, name, html.EscapeString(content))
	}
	meta("name", "description", summary)
	meta("property", "og:site_name", "DeHug")
	meta("property", "og:type", "website")
	meta("property", "og:title", title)
	meta("property", "og:description", summary)
	meta("name", "twitter:card", "summary")
	if a.url != "" {
		meta("property", "og:url", a.url)
		fmt.Fprintf(&b, "    <link rel=\"canonical\" href=\"%s\" />", html.EscapeString(a.url))
	}
	return []byte(b.String())
}

// match finds the route that a path is of. Parts of a path are taken as they are: none of ours has anything to unescape.
func (a app) match(path string) (page, bool) {
	segments := strings.Split(path, "/")
	for _, route := range a.routes {
		names := strings.Split(route, "/")
		if len(names) != len(segments) {
			continue
		}
		p := page{path: path, route: route, parts: map[string]string{}}
		fits := true
		for i, name := range names {
			if part, ok := strings.CutPrefix(name, ":"); ok && segments[i] != "" {
				p.parts[part] = segments[i]
			} else if name != segments[i] {
				fits = false
				break
			}
		}
		if fits {
			return p, true
		}
	}
	return page{}, false
}

// about tells what the index knows of a page. It fails where the page is of something that is not here.
func (h *Hub) about(ctx context.Context, p page) (about, error) {
	url := h.Origins[0] + p.path
	switch {
	case strings.HasPrefix(p.route, "/models/:owner/:name"):
		owner, name := p.parts["owner"], p.parts["name"]
		m, err := h.Store.Model(ctx, owner, name)
		if relay.ErrorCode(err) == relay.CodeNotFound { // on chain it may be all the same: nothing of it is verified, so its name is all there is to say
			if c, onChain := h.Store.ChainModelByName(ctx, owner, name); onChain == nil {
				m, err = store.Model{Owner: c.Publisher, Name: c.Name}, nil
			}
		}
		if err == nil && (h.deniedAccount(owner) || h.denied(m.Manifest, m.Release)) {
			err = errDenied
		}
		if err != nil {
			return about{title: "Not found"}, err
		}
		title := m.Title
		if title == "" {
			title = m.Name
		}
		return about{title: title + " by " + shortAddress(m.Owner), summary: m.Summary, url: url}, nil
	case p.route == "/authors/:address":
		owner := p.parts["address"]
		found, err := h.Store.Search(ctx, store.Query{Owner: owner, Limit: 3})
		if err != nil || len(found.Models) == 0 {
			return about{title: shortAddress(owner)}, err
		}
		var titles []string
		for _, m := range found.Models {
			titles = append(titles, m.Title)
		}
		return about{title: shortAddress(owner), summary: "Author of " + strings.Join(titles, ", "), url: url}, nil
	case p.route == "/challenges/:id":
		i := slices.IndexFunc(h.Challenges, func(c Challenge) bool { return c.ID == p.parts["id"] })
		if i < 0 {
			return about{title: "Not found"}, errNoChallenge
		}
		return about{title: h.Challenges[i].Title, summary: h.Challenges[i].Text, url: url}, nil
	case p.route == "/challenges":
		return about{title: "Challenges", summary: "Tasks with an evaluator, a last day and winners: what is attested on chain in time counts, and anybody can count again.", url: url}, nil
	case p.route == "/leaderboard":
		return about{title: "Leaderboard", summary: "Authors of AI models by what others pay for their use, as the chain says.", url: url}, nil
	}
	return about{url: url}, nil
}

// shortAddress is enough of an address to tell two apart at a glance.
func shortAddress(address string) string {
	if len(address) < 12 {
		return address
	}
	return address[:6] + "…" + address[len(address)-4:]
}
