package httpapi

import (
	"context"
	"encoding/hex"
	"math/big"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/store"
)

// ChainConfig says which contracts a relay follows, for pages that speak to them.
type ChainConfig struct {
	ID        uint64            `json:"id" doc:"Chain id."`
	Network   string            `json:"network"`
	Contracts map[string]string `json:"contracts" doc:"Addresses by name."`
	Schemas   map[string]string `json:"schemas" doc:"Ids of EAS schemas by what they attest."`
	// RPC and TestWallet are of development chains: a newcomer's page has a wallet without installing one.
	RPC        string `json:"rpc,omitempty" doc:"Of a development chain: a node that pages may ask."`
	TestWallet string `json:"testWallet,omitempty" doc:"Of a development chain: the key of an account with worthless money, which everybody has."`
}

// ChainInfo is that, and how far the chain was read.
type ChainInfo struct {
	ChainConfig
	Block int64  `json:"block" doc:"Number of the last block that was read; 0 while none was."`
	Hash  string `json:"hash" doc:"Its hash; empty while none was."`
}

// ChainMark is what a list shows of a model that is on chain.
type ChainMark struct {
	ID    string `json:"id" doc:"Model id: as a number, that of its NFT."`
	State string `json:"state" enum:"pending,verified,unavailable,mismatch,absent" doc:"Of the version that is shown: whether its manifest is what the chain says. Absent: this version is not on chain."`
}

// ModelDetail is a model and what the chain says of it. Of one that is on chain and whose manifest was not verified, only what the chain
// knows is there.
type ModelDetail struct {
	ModelInfo
	Pulls   int64    `json:"pulls" doc:"How often its manifests were read from this relay's gateway. It ranks nothing."`
	OnChain *OnChain `json:"onChain,omitempty" doc:"Not there when the model is not on chain, or this relay follows none."`
}

// OnChain is what the chain says of a model.
type OnChain struct {
	ID         string         `json:"id" doc:"Model id: as a number, that of its NFT."`
	Publisher  string         `json:"publisher" doc:"Who first published it; part of its id."`
	Owner      string         `json:"owner" doc:"Who owns its NFT now, and decides about it."`
	Kind       string         `json:"kind" enum:"model,dataset"`
	Splitter   string         `json:"splitter" doc:"Who gets what it earns: divided by split."`
	Split      []Share        `json:"split" nullable:"false"`
	RoyaltyBps int64          `json:"royaltyBps" doc:"Part of a resale that is asked for, in basis points. Marketplaces may ignore it."`
	Recovery   *Recovery      `json:"recovery,omitempty" doc:"Who may ask for the NFT when its owner's key is lost."`
	Versions   []ChainVersion `json:"versions" nullable:"false" doc:"Newest first; 1000 at most."`
	Plans      []PlanInfo     `json:"plans" nullable:"false"`
	Sales      []Sales        `json:"sales" nullable:"false" doc:"What was paid for use, by token."`
	Use        Use            `json:"use"`
	Badges     []Badge        `json:"badges" nullable:"false"`
	Transfers  []TransferInfo `json:"transfers" nullable:"false" doc:"Of the NFT, newest first; its making is the last one."`
	Place
}

// Place is where on the chain something happened.
type Place struct {
	Block int64     `json:"block"`
	Tx    string    `json:"tx"`
	At    time.Time `json:"at"`
}

// Share is a recipient of what a model earns.
type Share struct {
	Recipient string     `json:"recipient"`
	Parts     int64      `json:"parts" doc:"Parts per million."`
	Models    []ModelRef `json:"models,omitempty" doc:"Where the recipient is a splitter: the models whose money goes there."`
}

// ModelRef names a model on chain.
type ModelRef struct {
	ID    string `json:"id"`
	Owner string `json:"owner" doc:"Who first published it: /models/{owner}/{name}."`
	Name  string `json:"name"`
}

// VersionRef names a version on chain.
type VersionRef struct {
	ID       string    `json:"id" doc:"Version id."`
	Model    ModelRef  `json:"model"`
	Version  string    `json:"version"`
	Relation string    `json:"relation,omitempty" doc:"As an attestation says it; empty when it was said at publishing."`
	UID      string    `json:"uid,omitempty" doc:"Of the attestation (EAS) that says so."`
	At       time.Time `json:"at,omitzero" doc:"When it was published, of the same content."`
}

// Recovery is who may ask for a model's NFT, and what was asked for.
type Recovery struct {
	Address string    `json:"address"`
	To      string    `json:"to,omitempty" doc:"Who would get it, while it is asked for."`
	ReadyAt time.Time `json:"readyAt,omitzero" doc:"From when on."`
}

// ChainVersion is a version on chain.
type ChainVersion struct {
	ID          string       `json:"id" doc:"Version id."`
	Version     string       `json:"version"`
	Manifest    string       `json:"manifest" doc:"CID of the manifest."`
	Digest      string       `json:"digest" doc:"SHA-256 of the manifest, as the chain has it."`
	Root        string       `json:"root" doc:"Digest over the files."`
	LicenseHash string       `json:"licenseHash" doc:"SHA-256 of the license's text."`
	Owner       string       `json:"owner" doc:"Who owned the model when it was published."`
	State       string       `json:"state" enum:"pending,verified,unavailable,mismatch" doc:"Verified: the manifest was fetched and is what the chain says, and its owner is among the authors."`
	Reason      string       `json:"reason,omitempty" doc:"Why it is not verified."`
	Yanked      bool         `json:"yanked" doc:"The owner advises against it."`
	YankReason  string       `json:"yankReason,omitempty"`
	Aliases     []string     `json:"aliases" nullable:"false" doc:"Names that stand for it now."`
	Parents     []VersionRef `json:"parents" nullable:"false" doc:"What it was made from, as its owner says."`
	Children    []VersionRef `json:"children" nullable:"false" doc:"What was made from it."`
	SameContent []VersionRef `json:"sameContent" nullable:"false" doc:"Versions with the same files, in the order of the chain: the first one was there first."`
	First       bool         `json:"first" doc:"No version with the same files was published before it."`
	Evaluations []Evaluation `json:"evaluations" nullable:"false" doc:"As others attest (EAS): their word."`
	Place
}

// Evaluation is an attested result.
type Evaluation struct {
	UID      string    `json:"uid"`
	Attester string    `json:"attester"`
	Task     string    `json:"task"`
	Dataset  string    `json:"dataset"`
	Metric   string    `json:"metric"`
	Value    string    `json:"value"`
	Evidence string    `json:"evidence" doc:"Digest of what the attester has to show for it."`
	Tx       string    `json:"tx"`
	At       time.Time `json:"at"`
}

// TokenInfo is what money is in.
type TokenInfo struct {
	Address  string `json:"address" doc:"Zero for ETH."`
	Symbol   string `json:"symbol" doc:"As the token calls itself; empty while that is not known."`
	Decimals int64  `json:"decimals" doc:"Amounts are in 10^-decimals."`
}

// PlanInfo is what a unit of use costs. Amounts are decimal numbers of the token's smallest unit.
type PlanInfo struct {
	ID           string    `json:"id" doc:"Plan id: as a number, that of its passes."`
	Token        TokenInfo `json:"token"`
	Payee        string    `json:"payee" doc:"Who gets the author's part."`
	AuthorFee    string    `json:"authorFee"`
	RelayFee     string    `json:"relayFee"`
	ComputeCap   string    `json:"computeCap" doc:"The most that a provider gets; what it does not ask for comes back."`
	Price        string    `json:"price" doc:"Of a unit: the three together."`
	UnitKind     string    `json:"unitKind"`
	Transferable bool      `json:"transferable"`
	Period       int64     `json:"period" doc:"Seconds of a subscription; 0 for a plan that is paid by the unit."`
	Quota        int64     `json:"quota" doc:"Units of a subscription."`
	Place
}

// Sales is what was paid for use in one token.
type Sales struct {
	Token   TokenInfo `json:"token"`
	Payers  int       `json:"payers"`
	Units   int64     `json:"units"`
	Author  string    `json:"author" doc:"What the plans' payees got."`
	Relay   string    `json:"relay"`
	Compute string    `json:"compute" doc:"What providers got."`
	Total   string    `json:"total"`
}

// TransferInfo is one of the NFT's.
type TransferInfo struct {
	From string `json:"from" doc:"Zero: it was made."`
	To   string `json:"to"`
	Place
}

// OwnerInfo is what an account has on chain.
type OwnerInfo struct {
	Address  string       `json:"address"`
	Owns     []OwnedModel `json:"owns" nullable:"false" doc:"Newest first; 1000 at most."`
	Sold     []OwnedModel `json:"sold" nullable:"false" doc:"Published by it, and owned by others now."`
	Earnings []Earnings   `json:"earnings" nullable:"false" doc:"Credits of the contracts, by token: what plans, sessions and orders gave this very account; what its splitters got is theirs."`
	Sales    []Sales      `json:"sales" nullable:"false" doc:"What its models were paid."`
	Badges   []Badge      `json:"badges" nullable:"false"`
}

// OwnedModel is a model of an account.
type OwnedModel struct {
	ModelRef
	Kind         string `json:"kind" enum:"model,dataset"`
	CurrentOwner string `json:"currentOwner" doc:"Who owns its NFT now."`
	Place
}

// Earnings is what an account was credited.
type Earnings struct {
	Token     TokenInfo `json:"token"`
	Credited  string    `json:"credited"`
	Withdrawn string    `json:"withdrawn"`
	Waiting   string    `json:"waiting" doc:"What it can withdraw."`
}

// Stats counts what is on chain.
type Stats struct {
	Models     int64 `json:"models"`
	Datasets   int64 `json:"datasets"`
	Versions   int64 `json:"versions"`
	Verified   int64 `json:"verified" doc:"Versions whose manifest is what the chain says."`
	Publishers int64 `json:"publishers"`
	Plans      int64 `json:"plans"`
	Sessions   int64 `json:"sessions"`
	Payers     int64 `json:"payers" doc:"Accounts that paid for use."`
	Units      int64 `json:"units" doc:"Of use that was paid."`
}

func (h *Hub) registerChain(api huma.API) {
	op := func(id, path, summary string, errors ...int) huma.Operation {
		return huma.Operation{OperationID: id, Method: http.MethodGet, Path: path, Summary: summary, Tags: []string{"chain"}, Errors: errors}
	}
	register(h, api, public, op("getChain", "/chain", "Which contracts are followed, and how far", http.StatusNotFound), h.getChain)
	register(h, api, public, op("getModelByID", "/models/{id}", "One model, by its id on chain", http.StatusNotFound, http.StatusUnavailableForLegalReasons), h.getModelByID)
	register(h, api, public, op("getLineage", "/lineage/{id}", "What a version was made from and what was made from it, through others", http.StatusNotFound), h.getLineage)
	register(h, api, public, op("getOwner", "/owners/{address}", "What an account has on chain"), h.getOwner)
	register(h, api, public, op("getStats", "/stats", "What is on chain, counted"), h.getStats)
}

func (h *Hub) getChain(ctx context.Context, _ *struct{}) (*reply[ChainInfo], error) {
	if h.Chain == nil {
		return nil, relay.Errorf(relay.CodeNotFound, "this relay follows no chain")
	}
	c, _, err := h.Store.ChainCursor(ctx)
	return &reply[ChainInfo]{ChainInfo{*h.Chain, c.Number, c.Hash}}, err
}

type modelID struct {
	ID string `path:"id" pattern:"^0x[0-9a-f]{64}$" maxLength:"66"`
}

func (h *Hub) getModelByID(ctx context.Context, in *modelID) (*reply[ModelDetail], error) {
	m, err := h.Store.ChainModel(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return h.getModel(ctx, &modelName{m.Publisher, m.Name})
}

// Lineage is a version's family.
type Lineage struct {
	Versions []LineageVersion `json:"versions" nullable:"false" doc:"The version itself first, then the nearest."`
	Edges    []LineageEdge    `json:"edges" nullable:"false"`
	More     bool             `json:"more" doc:"There is more than is told."`
}

// LineageVersion is one of a family.
type LineageVersion struct {
	VersionRef
	Layer int `json:"layer" doc:"Steps away: negative for what the version was made from, 0 for itself."`
}

// LineageEdge is that one version was made from another.
type LineageEdge struct {
	Child    string `json:"child" doc:"Version id."`
	Parent   string `json:"parent" doc:"The like."`
	Relation string `json:"relation" doc:"As an attestation says it; empty when it was said at publishing."`
	UID      string `json:"uid,omitempty" doc:"Of the attestation (EAS) that says so."`
}

type lineageRequest struct {
	ID    string `path:"id" pattern:"^0x[0-9a-f]{64}$" maxLength:"66" doc:"Of a version."`
	Steps int    `query:"steps" minimum:"1" maximum:"10" default:"3" doc:"In each direction."`
	Limit int    `query:"limit" minimum:"1" maximum:"200" default:"40" doc:"Of versions in all."`
}

func (h *Hub) getLineage(ctx context.Context, in *lineageRequest) (*reply[Lineage], error) {
	all, edges, more, err := h.Store.Lineage(ctx, in.ID, in.Steps, in.Limit, h.hides)
	if err == nil && len(all) == 0 {
		err = relay.Errorf(relay.CodeNotFound, "there is no such version on chain")
	}
	out := Lineage{Versions: []LineageVersion{}, Edges: []LineageEdge{}, More: more}
	for _, r := range all {
		out.Versions = append(out.Versions, LineageVersion{VersionRef{ID: r.ID, Model: ModelRef{r.Model, r.Publisher, r.Name}, Version: r.Version}, r.Layer})
	}
	for _, e := range edges {
		out.Edges = append(out.Edges, LineageEdge{e.Child, e.Parent, e.Relation, e.UID})
	}
	return &reply[Lineage]{out}, err
}

// detail adds what the chain says to what lists show of a model; info is empty when no list has it.
func (h *Hub) detail(ctx context.Context, info ModelInfo, c store.ChainModel) (ModelDetail, error) {
	s, err := h.Store.ChainState(ctx, c)
	if err != nil {
		return ModelDetail{}, err
	}
	payments, err := h.Store.ChainPayments(ctx, c.ID)
	if err != nil {
		return ModelDetail{}, err
	}
	versions, err := h.chainVersions(ctx, s)
	if err != nil {
		return ModelDetail{}, err
	}
	out := &OnChain{ID: c.ID, Publisher: c.Publisher, Owner: c.Owner, Kind: c.Kind, Splitter: c.Splitter, Split: []Share{}, RoyaltyBps: c.RoyaltyBps,
		Recovery: recovery(s.Recoveries), Versions: versions, Plans: []PlanInfo{}, Transfers: []TransferInfo{}, Place: place(c.Block, c.Tx, c.At)}
	for _, r := range s.Split {
		share := Share{Recipient: r.Recipient, Parts: r.Parts}
		of, err := h.Store.ChainModelsBySplitter(ctx, r.Recipient)
		if err != nil {
			return ModelDetail{}, err
		}
		hides, err := h.hidesModels(ctx, idsOf(of))
		if err != nil {
			return ModelDetail{}, err
		}
		for _, m := range of {
			if !hides(m.ID) {
				share.Models = append(share.Models, ModelRef{m.ID, m.Publisher, m.Name})
			}
		}
		out.Split = append(out.Split, share)
	}
	for _, p := range s.Plans {
		out.Plans = append(out.Plans, PlanInfo{ID: p.ID, Token: tokenInfo(s.Tokens[p.Token]), Payee: p.Payee, AuthorFee: p.AuthorFee, RelayFee: p.RelayFee,
			ComputeCap: p.ComputeCap, Price: sum(p.AuthorFee, p.RelayFee, p.ComputeCap), UnitKind: p.UnitKind, Transferable: p.Transferable,
			Period: p.Period, Quota: p.Quota, Place: place(p.Block, p.Tx, p.At)})
	}
	for _, t := range s.Transfers {
		out.Transfers = append(out.Transfers, TransferInfo{t.Sender, t.Receiver, place(t.Block, t.Tx, t.At)})
	}
	if out.Sales, err = h.sales(ctx, payments); err != nil {
		return ModelDetail{}, err
	}
	r, err := h.Store.Ranking(ctx, c.ID)
	if err != nil {
		return ModelDetail{}, err
	}
	out.Use = Use{r.Payers, r.Evaluators, r.Score}
	out.Badges = badges(out, out.Use)
	if info.Name == "" {
		info = ModelInfo{Owner: c.Publisher, Name: c.Name, Kind: c.Kind, Tags: []string{}, Created: seconds(c.At), Updated: seconds(c.At),
			Chain: &ChainMark{c.ID, store.ManifestPending}}
		if len(s.Versions) > 0 {
			v := s.Versions[0]
			info.Version, info.Manifest, info.Updated, info.Chain.State = v.Version, v.Manifest, seconds(v.At), v.State
		}
	}
	return ModelDetail{ModelInfo: info, OnChain: out}, nil
}

// chainVersions joins what was said of versions, one by one. What is not served is not named, but is counted for who was first.
func (h *Hub) chainVersions(ctx context.Context, s store.ChainState) ([]ChainVersion, error) {
	hides, err := h.hidesVersions(ctx, s)
	if err != nil {
		return nil, err
	}
	out, at, idx := []ChainVersion{}, map[string]int{}, map[string]int64{}
	for _, v := range s.Versions {
		if hides(v.Model, v.Manifest, v.Release) {
			continue
		}
		at[v.ID], idx[v.ID] = len(out), v.Idx
		digest := manifest.CID(v.Manifest).Digest()
		out = append(out, ChainVersion{ID: v.ID, Version: v.Version, Manifest: v.Manifest, Digest: "0x" + hex.EncodeToString(digest[:]), Root: v.Root,
			LicenseHash: v.License, Owner: v.Owner, State: v.State, Reason: v.Reason, Aliases: []string{}, Parents: []VersionRef{}, Children: []VersionRef{},
			SameContent: []VersionRef{}, First: true, Evaluations: []Evaluation{}, Place: place(v.Block, v.Tx, v.At)})
	}
	of := func(id string, do func(v *ChainVersion)) {
		if i, ok := at[id]; ok {
			do(&out[i])
		}
	}
	for _, y := range s.Yanks {
		of(y.Version, func(v *ChainVersion) { v.Yanked, v.YankReason = true, y.Reason })
	}
	aliases := map[string]string{}
	for _, a := range s.Aliases {
		aliases[a.Name] = a.Version // the last one counts
	}
	for name, version := range aliases {
		of(version, func(v *ChainVersion) { v.Aliases = append(v.Aliases, name) })
	}
	for i := range out {
		slices.Sort(out[i].Aliases)
	}
	kin := func(k store.Kin, id string) VersionRef {
		return VersionRef{ID: id, Model: ModelRef{k.Model, k.Publisher, k.Name}, Version: k.Version, Relation: k.Relation, UID: k.Uid}
	}
	for _, k := range s.Parents {
		if hides(k.Model, k.Manifest, k.Release) {
			continue
		}
		of(k.Child, func(v *ChainVersion) { v.Parents = append(v.Parents, kin(k, k.Parent)) })
	}
	for _, k := range s.Children {
		if hides(k.Model, k.Manifest, k.Release) {
			continue
		}
		of(k.Parent, func(v *ChainVersion) { v.Children = append(v.Children, kin(k, k.Child)) })
	}
	for _, same := range s.Same {
		of(same.Of, func(v *ChainVersion) {
			if same.Block < v.Block || same.Block == v.Block && same.Idx < idx[v.ID] {
				v.First = false
			}
			if hides(same.Model, same.Manifest, same.Release) {
				return
			}
			v.SameContent = append(v.SameContent, VersionRef{ID: same.ID, Model: ModelRef{same.Model, same.Publisher, same.Name}, Version: same.Version, At: seconds(same.At)})
		})
	}
	for _, e := range s.Evals {
		of(e.Version, func(v *ChainVersion) {
			v.Evaluations = append(v.Evaluations, Evaluation{e.Uid, e.Attester, e.Task, e.Dataset, e.Metric, e.Value, e.Evidence, e.Tx, seconds(e.At)})
		})
	}
	return out, nil
}

// hidesVersions tells of versions that a state names, by their model and CIDs, whether they are not served.
func (h *Hub) hidesVersions(ctx context.Context, s store.ChainState) (func(model, manifest, release string) bool, error) {
	var others []string
	for _, k := range slices.Concat(s.Parents, s.Children) {
		others = append(others, k.Model)
	}
	for _, same := range s.Same {
		others = append(others, same.Model)
	}
	hides, err := h.hidesModels(ctx, others)
	return func(model, manifest, release string) bool {
		return h.denied(manifest, release) || model != s.Model.ID && hides(model)
	}, err
}

// hidesModels tells of some models on chain, by their ids, whether they are not served.
func (h *Hub) hidesModels(ctx context.Context, ids []string) (hides func(id string) bool, err error) {
	slices.Sort(ids)
	var shown map[string]store.Shown
	err = h.Store.View(ctx, func(v *store.View) (err error) {
		shown, err = v.Shown(ctx, slices.Compact(ids))
		return err
	})
	return func(id string) bool { return h.hides(shown[id]) }, err
}

func idsOf(models []store.ChainModel) []string {
	ids := make([]string, len(models))
	for i, m := range models {
		ids[i] = m.ID
	}
	return ids
}

// recovery replays what was said about who may ask for the NFT.
func recovery(all []store.ChainRecovery) *Recovery {
	var r Recovery
	for _, x := range all {
		switch x.Action {
		case "changed":
			r = Recovery{Address: x.Account}
		case "requested":
			r.To, r.ReadyAt = x.Account, seconds(x.ReadyAt)
		case "cancelled":
			r.To, r.ReadyAt = "", time.Time{}
		}
	}
	if r.Address == "" || r.Address == store.NoToken {
		return nil
	}
	return &r
}

// sales adds up payments by token.
func (h *Hub) sales(ctx context.Context, payments []store.ChainPayment) ([]Sales, error) {
	type total struct {
		author, relay, compute big.Int
		units                  int64
		payers                 map[string]bool
	}
	totals := map[string]*total{}
	var tokens []string
	for _, p := range payments {
		t := totals[p.Token]
		if t == nil {
			t = &total{payers: map[string]bool{}}
			totals[p.Token] = t
			tokens = append(tokens, p.Token)
		}
		t.author.Add(&t.author, amount(p.Author))
		t.relay.Add(&t.relay, amount(p.Relay))
		t.compute.Add(&t.compute, amount(p.Compute))
		t.payers[p.Payer] = true
		if p.Source != "lapse" {
			t.units += p.Units
		}
	}
	slices.Sort(tokens)
	out := []Sales{}
	for _, token := range tokens {
		info, err := h.Store.Token(ctx, token)
		if err != nil {
			return nil, err
		}
		t := totals[token]
		out = append(out, Sales{Token: tokenInfo(info), Payers: len(t.payers), Units: t.units, Author: t.author.String(), Relay: t.relay.String(),
			Compute: t.compute.String(), Total: sum(t.author.String(), t.relay.String(), t.compute.String())})
	}
	return out, nil
}

type ownerRequest struct {
	Address string `path:"address" maxLength:"42" doc:"In the letter case of EIP-55, or in one case."`
}

func (h *Hub) getOwner(ctx context.Context, in *ownerRequest) (*reply[OwnerInfo], error) {
	address, err := manifest.ParsePastedAddress(in.Address)
	if err != nil {
		return nil, relay.Errorf(relay.CodeInvalid, "%q is no address", in.Address).WithHint("0x and 40 hex digits")
	}
	account := address.String()
	out := OwnerInfo{Address: account, Owns: []OwnedModel{}, Sold: []OwnedModel{}, Earnings: []Earnings{}}
	models, err := h.Store.ChainModelsOf(ctx, account)
	if err != nil {
		return nil, err
	}
	hides, err := h.hidesModels(ctx, idsOf(models))
	if err != nil {
		return nil, err
	}
	for _, m := range models {
		if hides(m.ID) {
			continue
		}
		owned := OwnedModel{ModelRef{m.ID, m.Publisher, m.Name}, m.Kind, m.Owner, place(m.Block, m.Tx, m.At)}
		if m.Owner == account {
			out.Owns = append(out.Owns, owned)
		} else {
			out.Sold = append(out.Sold, owned)
		}
	}
	if out.Earnings, err = h.earnings(ctx, account); err != nil {
		return nil, err
	}
	if out.Badges, err = h.ownerBadges(ctx, account); err != nil {
		return nil, err
	}
	payments, err := h.Store.ChainPaymentsTo(ctx, account)
	if err != nil {
		return nil, err
	}
	if out.Sales, err = h.sales(ctx, payments); err != nil {
		return nil, err
	}
	return &reply[OwnerInfo]{out}, nil
}

// earnings adds up an account's credits by token.
func (h *Hub) earnings(ctx context.Context, account string) ([]Earnings, error) {
	credits, err := h.Store.ChainCredits(ctx, account)
	if err != nil {
		return nil, err
	}
	got, taken := map[string]*big.Int{}, map[string]*big.Int{}
	var tokens []string
	for _, c := range credits {
		if got[c.Token] == nil {
			got[c.Token], taken[c.Token] = new(big.Int), new(big.Int)
			tokens = append(tokens, c.Token)
		}
		side := got[c.Token]
		if c.Receiver != "" {
			side = taken[c.Token]
		}
		side.Add(side, amount(c.Amount))
	}
	slices.Sort(tokens)
	out := []Earnings{}
	for _, token := range tokens {
		info, err := h.Store.Token(ctx, token)
		if err != nil {
			return nil, err
		}
		out = append(out, Earnings{tokenInfo(info), got[token].String(), taken[token].String(), new(big.Int).Sub(got[token], taken[token]).String()})
	}
	return out, nil
}

func (h *Hub) getStats(ctx context.Context, _ *struct{}) (*reply[Stats], error) {
	t, err := h.Store.ChainTotals(ctx)
	return &reply[Stats]{Stats{t.Models, t.Datasets, t.Versions, t.Verified, t.Publishers, t.Plans, t.Sessions, t.Payers, t.Units}}, err
}

func place(block int64, tx string, at int64) Place { return Place{block, tx, seconds(at)} }

func seconds(at int64) time.Time { return time.Unix(at, 0).UTC() }

func tokenInfo(t store.Token) TokenInfo { return TokenInfo{t.Address, t.Symbol, t.Decimals} }

// amount reads a decimal number of ours.
func amount(s string) *big.Int {
	n, ok := new(big.Int).SetString(s, 10)
	if !ok {
		panic("httpapi: an amount of the index is no number: " + s)
	}
	return n
}

func sum(amounts ...string) string {
	var total big.Int
	for _, a := range amounts {
		total.Add(&total, amount(a))
	}
	return total.String()
}
