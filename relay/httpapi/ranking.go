package httpapi

import (
	"context"
	"encoding/json"
	"math/big"
	"net/http"
	"regexp"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/store"
)

// usedPayers is how many payers outside of a model's cluster are "used".
const usedPayers = 20

// Badge is something that the index can prove.
type Badge struct {
	ID   string `json:"id" enum:"verified,used,evaluated"`
	Rule string `json:"rule" doc:"What it says, for people."`
}

var (
	badgeVerified  = Badge{"verified", "the manifest of the newest version that is not yanked is what the chain says, and its owner is among the authors"}
	badgeUsed      = Badge{"used", "at least 20 payers who have nothing to do with its owner, recipients, relays and providers"}
	badgeEvaluated = Badge{"evaluated", "somebody who has nothing to do with its owner, recipients, relays and providers attests an evaluation of a version that is not yanked"}

	ownerVerified = Badge{"verified", "published a model of which a version is verified"}
	ownerUsed     = Badge{"used", "published a model that at least 20 payers paid for who have nothing to do with it"}
)

// Use is how a model is used by people who have nothing to do with it.
type Use struct {
	Payers int64 `json:"payers" doc:"Outside of the model's cluster: its owners, recipients, relays and providers, and accounts that these funded."`
	// Evaluators are counted along with the rest, so a moment after they attest.
	Evaluators int64   `json:"evaluators" doc:"Accounts outside of the cluster that attest evaluations of versions that are not yanked."`
	Score      float64 `json:"score" doc:"What trending sorts by: the sum over payers of the root of what they paid in dollars, halved every 30 days, none above 5 % of the sum."`
}

// badges are a model's.
func badges(o *OnChain, use Use) []Badge {
	out := []Badge{}
	if i := slices.IndexFunc(o.Versions, func(v ChainVersion) bool { return !v.Yanked }); i >= 0 && o.Versions[i].State == store.ManifestVerified {
		out = append(out, badgeVerified)
	}
	if use.Payers >= usedPayers {
		out = append(out, badgeUsed)
	}
	if use.Evaluators > 0 {
		out = append(out, badgeEvaluated)
	}
	return out
}

// ownerBadges are an account's.
func (h *Hub) ownerBadges(ctx context.Context, account string) ([]Badge, error) {
	verified, used, err := h.Store.AccountMarks(ctx, account, usedPayers)
	return accountBadges(verified > 0, used > 0), err
}

func accountBadges(verified, used bool) []Badge {
	out := []Badge{}
	if verified {
		out = append(out, ownerVerified)
	}
	if used {
		out = append(out, ownerUsed)
	}
	return out
}

// AuthorRank is an author on the leaderboard.
type AuthorRank struct {
	Rank   int     `json:"rank"`
	Author string  `json:"author"`
	Score  float64 `json:"score" doc:"The sum of the scores of models that it published and of which a version is verified."`
	Payers int64   `json:"payers" doc:"Of all of them; who pays for two counts twice."`
	Models int64   `json:"models" doc:"That are used."`
	Badges []Badge `json:"badges" nullable:"false"`
}

// A Challenge is a season's task: whoever has a version evaluated by its evaluator in time takes part.
type Challenge struct {
	ID        string    `json:"id" pattern:"^[a-z0-9]+(-[a-z0-9]+)*$" maxLength:"64"`
	Title     string    `json:"title"`
	Text      string    `json:"text" doc:"What it is about, in plain text."`
	Task      string    `json:"task" doc:"As the evaluator attests it, like dataset and metric."`
	Dataset   string    `json:"dataset"`
	Metric    string    `json:"metric"`
	Better    string    `json:"better" enum:"higher,lower"`
	Evaluator string    `json:"evaluator" doc:"Whose attestations count (EAS, schema evaluation)."`
	Begins    time.Time `json:"begins"`
	Ends      time.Time `json:"ends" doc:"What is attested before counts."`
	Places    int       `json:"places" doc:"How many win."`
	Prize     string    `json:"prize"`
}

// ChallengeInfo is a challenge and how it stands.
type ChallengeInfo struct {
	Challenge
	State   string           `json:"state" enum:"upcoming,open,ended"`
	Entries []ChallengeEntry `json:"entries" nullable:"false" doc:"The best version of each model, the best first; of equal ones that which was attested first."`
	Winners []ChallengeEntry `json:"winners" nullable:"false" doc:"Once it has ended: the first of them."`
}

// ChallengeEntry is a model in a challenge.
type ChallengeEntry struct {
	Rank     int        `json:"rank"`
	Version  VersionRef `json:"version"`
	Owner    string     `json:"owner" doc:"Who owns the model now."`
	Value    string     `json:"value"`
	Evidence string     `json:"evidence" doc:"Digest of what the evaluator has to show for it."`
	UID      string     `json:"uid" doc:"Of the attestation."`
	Tx       string     `json:"tx"`
	At       time.Time  `json:"at"`
}

// ParseChallenges reads the operator's file: a list of challenges.
func ParseChallenges(text []byte) ([]Challenge, error) {
	var all []Challenge
	if err := json.Unmarshal(text, &all); err != nil {
		return nil, relay.Errorf(relay.CodeInvalid, "challenges: %w", err).WithHint("a list of objects as GET /api/v1/challenges shows them, without state, entries and winners")
	}
	seen := map[string]bool{}
	for i, c := range all {
		evaluator, err := manifest.ParsePastedAddress(c.Evaluator)
		switch {
		case !challengeID.MatchString(c.ID) || len(c.ID) > 64 || seen[c.ID]:
			return nil, relay.Errorf(relay.CodeInvalid, "challenge %d: the id %q is not one, or another's", i+1, c.ID).WithHint("lower case letters, digits and single hyphens")
		case err != nil:
			return nil, relay.Errorf(relay.CodeInvalid, "challenge %s: evaluator: %w", c.ID, err)
		case c.Better != "higher" && c.Better != "lower":
			return nil, relay.Errorf(relay.CodeInvalid, "challenge %s: better is %q, not higher or lower", c.ID, c.Better)
		case !c.Begins.Before(c.Ends):
			return nil, relay.Errorf(relay.CodeInvalid, "challenge %s ends before it begins", c.ID)
		case c.Title == "" || c.Task == "" || c.Dataset == "" || c.Metric == "" || c.Places < 1:
			return nil, relay.Errorf(relay.CodeInvalid, "challenge %s: title, task, dataset, metric and places are needed", c.ID)
		}
		seen[c.ID] = true
		all[i].Evaluator = evaluator.String()
	}
	return all, nil
}

var challengeID = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

func (h *Hub) registerRanking(api huma.API) {
	op := func(id, path, summary string, errors ...int) huma.Operation {
		return huma.Operation{OperationID: id, Method: http.MethodGet, Path: path, Summary: summary, Tags: []string{"ranking"}, Errors: errors}
	}
	register(h, api, public, op("listAuthors", "/leaderboards/authors", "Authors by how much their models are used by others"), h.listAuthors)
	register(h, api, public, op("listChallenges", "/challenges", "Challenges, those that end last first"), h.listChallenges)
	register(h, api, public, op("getChallenge", "/challenges/{id}", "One challenge", http.StatusNotFound), h.getChallenge)
}

var errNoChallenge = relay.Errorf(relay.CodeNotFound, "there is no such challenge")

type boardRequest struct {
	Limit int `query:"limit" minimum:"1" maximum:"100" default:"50" doc:"How many at most."`
}

// AuthorBoard is the first of the leaderboard.
type AuthorBoard struct {
	Items []AuthorRank `json:"items" nullable:"false"`
}

func (h *Hub) listAuthors(ctx context.Context, in *boardRequest) (*reply[AuthorBoard], error) {
	rows, err := h.Store.AuthorBoard(ctx, usedPayers, in.Limit)
	board := AuthorBoard{Items: []AuthorRank{}}
	for i, r := range rows {
		board.Items = append(board.Items, AuthorRank{i + 1, r.Publisher, r.Score, r.Payers, r.Models, accountBadges(true, r.Used > 0)}) // only verified models count there
	}
	return &reply[AuthorBoard]{board}, err
}

// ChallengeList is all challenges.
type ChallengeList struct {
	Items []ChallengeInfo `json:"items" nullable:"false"`
}

func (h *Hub) listChallenges(ctx context.Context, _ *struct{}) (*reply[ChallengeList], error) {
	list := ChallengeList{Items: []ChallengeInfo{}}
	for _, c := range h.Challenges {
		info, err := h.challenge(ctx, c)
		if err != nil {
			return nil, err
		}
		list.Items = append(list.Items, info)
	}
	slices.SortStableFunc(list.Items, func(a, b ChallengeInfo) int { return b.Ends.Compare(a.Ends) })
	return &reply[ChallengeList]{list}, nil
}

func (h *Hub) getChallenge(ctx context.Context, in *byID) (*reply[ChallengeInfo], error) {
	i := slices.IndexFunc(h.Challenges, func(c Challenge) bool { return c.ID == in.ID })
	if i < 0 {
		return nil, errNoChallenge
	}
	info, err := h.challenge(ctx, h.Challenges[i])
	return &reply[ChallengeInfo]{info}, err
}

// decimal is a value that can be compared.
var decimal = regexp.MustCompile(`^-?[0-9]{1,30}(\.[0-9]{1,30})?$`)

// challenge says how one stands.
func (h *Hub) challenge(ctx context.Context, c Challenge) (ChallengeInfo, error) {
	out := ChallengeInfo{Challenge: c, State: "open", Entries: []ChallengeEntry{}, Winners: []ChallengeEntry{}}
	switch now := h.now(); {
	case now.Before(c.Begins):
		out.State = "upcoming"
	case !now.Before(c.Ends):
		out.State = "ended"
	}
	rows, err := h.Store.Entries(ctx, c.Evaluator, c.Task, c.Dataset, c.Metric, c.Begins, c.Ends)
	if err != nil {
		return out, err
	}
	better := func(a, b *big.Rat) bool {
		if c.Better == "lower" {
			return a.Cmp(b) < 0
		}
		return a.Cmp(b) > 0
	}
	// What was attested of a version last counts, and of a model its best version.
	latest := map[string]store.Entry{}
	for _, r := range rows {
		if decimal.MatchString(r.Value) {
			latest[r.Version] = r
		}
	}
	value, best := map[string]*big.Rat{}, map[string]store.Entry{}
	for _, r := range rows { // in the order of the chain
		if latest[r.Version].Uid != r.Uid {
			continue
		}
		v, _ := new(big.Rat).SetString(r.Value)
		if old, ok := value[r.Model]; !ok || better(v, old) {
			value[r.Model], best[r.Model] = v, r
		}
	}
	for _, r := range rows {
		if best[r.Model].Uid != r.Uid || h.denied(r.Manifest) {
			continue
		}
		out.Entries = append(out.Entries, ChallengeEntry{Version: VersionRef{ID: r.Version, Model: ModelRef{r.Model, r.Publisher, r.Name}, Version: r.Number}, Owner: r.Owner,
			Value: r.Value, Evidence: r.Evidence, UID: r.Uid, Tx: r.Tx, At: seconds(r.At)})
	}
	slices.SortStableFunc(out.Entries, func(a, b ChallengeEntry) int {
		switch x, y := value[a.Version.Model.ID], value[b.Version.Model.ID]; {
		case better(x, y):
			return -1
		case better(y, x):
			return 1
		}
		return 0
	})
	for i := range out.Entries {
		out.Entries[i].Rank = i + 1
	}
	if out.State == "ended" {
		out.Winners = slices.Clone(out.Entries[:min(c.Places, len(out.Entries))])
	}
	return out, nil
}
