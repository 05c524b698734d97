package store

// An Entity is a kind of what the chain said, for who asks in words of their own: package graphql. Its fields are what may be asked for,
// compared and ordered by; what they are in SQL stays here.
type Entity struct {
	Name, Plural string
	Doc          string
	Fields       []*Field

	from   string   // of which the row is named t
	key    []column // what its id is made of, joined by dashes
	order  []string // of equals, and where no order is asked for; key when it is empty
	models []string // ids of the models that a row tells of: it is shown while all of them are
	bare   bool     // has no table of its own
}

// FieldType is what a field's values are.
type FieldType int

// Values of fields.
const (
	FieldID      FieldType = iota // a string; of more than one part, the parts joined by dashes
	FieldText                     // a string
	FieldHex                      // a string: 0x and hex digits; addresses in the letter case of EIP-55, asked for in any
	FieldInt                      // an int64
	FieldBigInt                   // an int64, which another language's numbers may not hold
	FieldAmount                   // a string: a decimal number of any size
	FieldBoolean                  // a bool
	FieldFloat                    // a float64
	FieldRef                      // a string: the id of an entity of kind Of
	FieldList                     // entities of kind Of whose field By is what this one's On is
)

// A Field is what may be asked of an entity.
type Field struct {
	Name string
	Type FieldType
	Doc  string
	Of   string // the kind that a reference or a list is of
	By   string // of a list: the field of Of that is compared
	On   string // of a list: the field of this entity that it is compared with
	// Optional references may be to what is not there.
	Optional bool
	// Derived ones are not in the database, so nothing is compared with them or ordered by them.
	Derived bool

	sql string
}

type column struct {
	sql    string
	number bool
}

// named is the key of what the chain names by words.
func named(columns ...string) (key []column) {
	for _, c := range columns {
		key = append(key, column{c, false})
	}
	return key
}

// inBlock is the key of what a block has by numbers.
func inBlock(columns ...string) (key []column) {
	for _, c := range append([]string{"t.block", "t.idx"}, columns...) {
		key = append(key, column{c, true})
	}
	return key
}

func field(name string, t FieldType, sql, doc string) *Field {
	return &Field{Name: name, Type: t, sql: sql, Doc: doc}
}
func ref(name, of, sql, doc string) *Field {
	return &Field{Name: name, Type: FieldRef, Of: of, sql: sql, Doc: doc}
}
func optional(f *Field) *Field {
	f.Optional = true
	return f
}
func listOf(name, of, by, doc string) *Field {
	return &Field{Name: name, Type: FieldList, Of: of, By: by, On: "id", Doc: doc}
}

// happened adds where and when on the chain it was.
func happened(fields ...*Field) []*Field {
	return append(fields, inOrder(
		field("transactionHash", FieldHex, "t.tx", ""),
		field("timestamp", FieldBigInt, "t.at", "Unix seconds of the block."))...)
}

func inOrder(fields ...*Field) []*Field {
	return append(fields, field("blockNumber", FieldBigInt, "t.block", ""), field("logIndex", FieldInt, "t.idx", "Of the event in its block."))
}

func entity(e Entity) *Entity {
	e.Fields = append([]*Field{{Name: "id", Type: FieldID}}, e.Fields...)
	return &e
}

const (
	planModel    = "(SELECT p.model FROM chain_plans p WHERE p.id = t.plan)"
	versionModel = "(SELECT v.model FROM chain_versions v WHERE v.id = t.version)"
)

// Entities are all kinds.
var Entities = []*Entity{
	entity(Entity{Name: "Model", Plural: "models", Doc: "A model or a data set on chain. Its id, as a number, is that of its NFT.",
		from: "chain_models t LEFT JOIN rankings r ON r.model = t.id", key: named("t.id"), models: []string{"t.id"},
		Fields: append(happened(
			ref("publisher", "Account", "t.publisher", "Who first published it; part of its id."),
			field("name", FieldText, "t.name", ""),
			field("kind", FieldText, "t.kind", "model or dataset."),
			field("splitter", FieldHex, "t.splitter", "Who gets what it earns."),
			field("royaltyBps", FieldInt, "t.royalty_bps", "Part of a resale that is asked for, in basis points."),
			ref("owner", "Account", "t.owner", "Who owns its NFT now."),
			field("score", FieldFloat, "COALESCE(r.score, 0)", "What trending sorts by."),
			field("payers", FieldInt, "COALESCE(r.payers, 0)", "Who paid for its use and has nothing to do with it."),
			&Field{Name: "imitates", Type: FieldRef, Of: "Model", Optional: true, Derived: true, sql: imitationSQL,
				Doc: "An older one, used by many, that it may be taken for by its name or its publisher's address."},
		),
			listOf("versions", "Version", "model", ""),
			listOf("aliases", "Alias", "model", "Every time a name was given; the last one of a name counts."),
			listOf("yanks", "Yank", "model", ""),
			listOf("plans", "Plan", "model", "What use costs."),
			listOf("payments", "Payment", "model", "What was paid for use."),
			listOf("transfers", "Transfer", "model", "Of its NFT."),
			&Field{Name: "shares", Type: FieldList, Of: "Share", By: "splitter", On: "splitter", Doc: "How its splitter divides."},
		)}),
	entity(Entity{Name: "Version", Plural: "versions", Doc: "A version of a model. It never changes.",
		from: "chain_versions t LEFT JOIN manifests f ON f.version = t.id", key: named("t.id"), models: []string{"t.model"},
		Fields: append(happened(
			ref("model", "Model", "t.model", ""),
			field("version", FieldText, "t.version", "Its number."),
			field("manifest", FieldText, "t.manifest", "CID of the manifest."),
			field("root", FieldHex, "t.root", "Digest over the files."),
			field("licenseHash", FieldHex, "t.license", "SHA-256 of the license's text."),
			ref("owner", "Account", "t.owner", "Who owned the model when it was published."),
			field("state", FieldText, "COALESCE(f.state, 'pending')", "pending, verified, unavailable or mismatch: verified is a manifest that was fetched and is what the chain says."),
			field("reason", FieldText, "COALESCE(f.reason, '')", "Why it is not verified."),
			field("yanked", FieldBoolean, "EXISTS (SELECT 1 FROM chain_yanks y WHERE y.model = t.model AND y.version = t.id)", "The owner advises against it."),
		),
			listOf("parents", "Lineage", "child", "What it was made from, as its owner says."),
			listOf("children", "Lineage", "parent", "What was made from it."),
			listOf("evaluations", "Evaluation", "version", ""),
		)}),
	entity(Entity{Name: "Lineage", Plural: "lineages", Doc: "That a version was made from another one, as said at publishing or attested since, and not taken back.",
		from: "chain_parents t", key: append(named("t.child", "t.parent", "t.uid"), column{"t.place", true}), order: []string{"t.block", "t.idx", "t.place"},
		models: []string{"(SELECT v.model FROM chain_versions v WHERE v.id = t.child)", "(SELECT v.model FROM chain_versions v WHERE v.id = t.parent)"},
		Fields: inOrder(
			ref("child", "Version", "t.child", ""),
			ref("parent", "Version", "t.parent", ""),
			field("relation", FieldText, "t.relation", "As an attestation says it; empty when it was said at publishing."),
			field("uid", FieldText, "t.uid", "Of the attestation; empty when it was said at publishing."),
		)}),
	entity(Entity{Name: "Account", Plural: "accounts", Doc: "An account. The list has those that published a model or own one.",
		from: "(SELECT publisher AS id FROM chain_models UNION SELECT owner FROM chain_models) t", key: named("t.id"), bare: true,
		Fields: []*Field{
			listOf("owns", "Model", "owner", ""),
			listOf("published", "Model", "publisher", ""),
			listOf("purchases", "Purchase", "payer", ""),
			listOf("sessions", "Session", "payer", ""),
			listOf("credits", "Credit", "account", "What contracts owe or paid out to it."),
		}}),
	entity(Entity{Name: "Alias", Plural: "aliases", Doc: "A name that stands for a version from then on.", from: "chain_aliases t", key: inBlock(), models: []string{"t.model"},
		Fields: inOrder(ref("model", "Model", "t.model", ""), field("name", FieldText, "t.name", ""), optional(ref("version", "Version", "t.version", "")))}),
	entity(Entity{Name: "Yank", Plural: "yanks", Doc: "That an owner advises against a version.", from: "chain_yanks t", key: inBlock(), models: []string{"t.model"},
		Fields: happened(ref("model", "Model", "t.model", ""), optional(ref("version", "Version", "t.version", "")), field("reason", FieldText, "t.reason", ""))}),
	entity(Entity{Name: "Transfer", Plural: "transfers", Doc: "Of a model's NFT.", from: "chain_transfers t", key: inBlock(), models: []string{"t.model"},
		Fields: happened(ref("model", "Model", "t.model", ""), field("from", FieldHex, "t.sender", "Zero: it was made."), field("to", FieldHex, "t.receiver", ""))}),
	entity(Entity{Name: "Share", Plural: "shares", Doc: "A recipient of what a splitter divides.", from: "chain_splits t",
		key:    append(named("t.splitter"), column{"t.place", true}),
		Fields: inOrder(field("splitter", FieldHex, "t.splitter", ""), field("recipient", FieldHex, "t.recipient", ""), field("parts", FieldInt, "t.parts", "Per million."))}),
	entity(Entity{Name: "Token", Plural: "tokens", Doc: "What money is in.", key: named("t.id"),
		from: "(SELECT DISTINCT c.token AS id, COALESCE(n.symbol, '') AS symbol, COALESCE(n.decimals, 0) AS decimals FROM chain_token_changes c LEFT JOIN tokens n ON n.address = c.token" +
			" UNION ALL SELECT '" + NoToken + "', 'ETH', 18) t",
		Fields: []*Field{field("symbol", FieldText, "t.symbol", "As the token calls itself; empty while that is not known."), field("decimals", FieldInt, "t.decimals", "Amounts are in 10^-decimals.")}}),
	entity(Entity{Name: "Plan", Plural: "plans", Doc: "What a unit of use costs. Its id, as a number, is that of its passes.", from: "chain_plans t", key: named("t.id"), models: []string{"t.model"},
		Fields: append(happened(
			ref("model", "Model", "t.model", ""),
			ref("token", "Token", "t.token", ""),
			field("payee", FieldHex, "t.payee", "Who gets the author's part."),
			field("authorFee", FieldAmount, "t.author_fee", ""),
			field("relayFee", FieldAmount, "t.relay_fee", ""),
			field("computeCap", FieldAmount, "t.compute_cap", "The most that a provider gets of a unit."),
			field("unitKind", FieldText, "t.unit_kind", ""),
			field("transferable", FieldBoolean, "t.transferable", ""),
			field("period", FieldBigInt, "t.period", "Seconds of a subscription; 0 for a plan that is paid by the unit."),
			field("quota", FieldBigInt, "t.quota", "Units of a subscription."),
		),
			listOf("purchases", "Purchase", "plan", ""),
			listOf("sessions", "Session", "plan", ""),
			listOf("payments", "Payment", "plan", ""),
		)}),
	entity(Entity{Name: "Purchase", Plural: "purchases", Doc: "Passes that were bought.", from: "chain_purchases t", key: inBlock(), models: []string{planModel},
		Fields: happened(ref("plan", "Plan", "t.plan", ""), ref("payer", "Account", "t.payer", ""), field("receiver", FieldHex, "t.receiver", "Of the passes."),
			field("units", FieldAmount, "t.units", ""), field("cost", FieldAmount, "t.cost", ""))}),
	entity(Entity{Name: "Refund", Plural: "refunds", Doc: "Passes that were given back for what they cost.", from: "chain_refunds t", key: inBlock(), models: []string{planModel},
		Fields: happened(ref("plan", "Plan", "t.plan", ""), ref("holder", "Account", "t.holder", ""), field("units", FieldAmount, "t.units", ""), field("amount", FieldAmount, "t.amount", ""))}),
	entity(Entity{Name: "Session", Plural: "sessions", Doc: "Units that are locked for one relay.", from: "chain_sessions t", key: named("t.id"), models: []string{planModel},
		Fields: append(happened(
			ref("plan", "Plan", "t.plan", ""), ref("payer", "Account", "t.payer", ""), ref("operator", "Account", "t.operator", "The relay."),
			field("sessionKey", FieldHex, "t.session_key", "Who signs its vouchers."), field("units", FieldBigInt, "t.units", ""),
			field("ends", FieldBigInt, "t.ends", "Unix seconds, as it was opened."),
		), listOf("payments", "Payment", "ref", ""))}),
	entity(Entity{Name: "Payment", Plural: "payments", Doc: "What was paid for use.", from: "chain_payments t", key: inBlock("t.item"), models: []string{"t.model"},
		Fields: happened(
			field("source", FieldText, "t.source", "session, lapse (a subscription that ended with units unused) or order."),
			field("ref", FieldHex, "t.ref", "Id of the session or the order."),
			ref("plan", "Plan", "t.plan", ""), ref("model", "Model", "t.model", ""), ref("payer", "Account", "t.payer", ""),
			ref("operator", "Account", "t.operator", "The relay."), field("provider", FieldHex, "t.provider", "Of an order; empty of others."),
			ref("token", "Token", "t.token", ""), field("units", FieldBigInt, "t.units", ""),
			field("author", FieldAmount, "t.author", "What the plan's payee got."), field("relay", FieldAmount, "t.relay", ""), field("compute", FieldAmount, "t.compute", "What providers got."),
		)}),
	entity(Entity{Name: "Order", Plural: "orders", Doc: "A large job.", from: "chain_orders t", key: named("t.id"), models: []string{planModel},
		Fields: append(happened(
			ref("plan", "Plan", "t.plan", ""), optional(ref("version", "Version", "t.version", "")), ref("payer", "Account", "t.payer", ""), ref("provider", "Account", "t.provider", ""),
			ref("relay", "Account", "t.relay", ""), field("arbiter", FieldHex, "t.arbiter", ""), field("units", FieldBigInt, "t.units", ""),
			field("pay", FieldAmount, "t.pay", ""), field("bond", FieldAmount, "t.bond", ""), field("fee", FieldAmount, "t.fee", ""),
			field("state", FieldText, "COALESCE((SELECT c.state FROM chain_order_changes c WHERE c.order_id = t.id ORDER BY c.block DESC, c.idx DESC LIMIT 1), 'open')", ""),
		), listOf("payments", "Payment", "ref", ""))}),
	entity(Entity{Name: "Credit", Plural: "credits", Doc: "What a contract owes an account, or paid out to it.", from: "chain_credits t", key: inBlock(),
		Fields: happened(field("contract", FieldText, "t.contract", ""), ref("token", "Token", "t.token", ""), ref("account", "Account", "t.account", ""),
			field("amount", FieldAmount, "t.amount", ""), field("receiver", FieldHex, "t.receiver", "Of a withdrawal; empty for a credit."))}),
	entity(Entity{Name: "Evaluation", Plural: "evaluations", Doc: "A result that somebody attests of a version (EAS), and did not take back: their word.",
		from: "(SELECT e.uid AS id, e.version, e.task, e.dataset, e.metric, e.value, e.evidence, a.attester, a.block, a.idx, a.tx, a.at" +
			" FROM evaluations e JOIN chain_attestations a ON a.uid = e.uid JOIN chain_versions v ON v.id = e.version WHERE NOT EXISTS (SELECT 1 FROM chain_revocations r WHERE r.uid = e.uid)) t",
		key: named("t.id"), models: []string{versionModel},
		Fields: happened(
			ref("version", "Version", "t.version", ""), ref("attester", "Account", "t.attester", ""), field("task", FieldText, "t.task", ""), field("dataset", FieldText, "t.dataset", ""),
			field("metric", FieldText, "t.metric", ""), field("value", FieldText, "t.value", ""), field("evidence", FieldHex, "t.evidence", "Digest of what the attester has to show for it."),
		)}),
}

// EntityOf finds a kind by its name.
func EntityOf(name string) *Entity {
	for _, e := range Entities {
		if e.Name == name {
			return e
		}
	}
	panic("store: no entity is called " + name)
}

// Field finds a field by its name; nil when there is none.
func (e *Entity) Field(name string) *Field {
	for _, f := range e.Fields {
		if f.Name == name {
			return f
		}
	}
	return nil
}

// Bare entities are there as soon as something names them: of one that a reference names, all that is asked is known without looking.
func (e *Entity) Bare() bool { return e.bare }

// Single tells whether ids are of one part, so that a row's id is something to find many rows by at once.
func (e *Entity) Single() bool { return len(e.key) == 1 }
