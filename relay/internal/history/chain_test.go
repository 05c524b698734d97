package history

import (
	"bytes"
	"strings"
	"testing"
)

// paid is a request of two runs by a session of four units, of which one failed: what people wrote down, what the tables have, what the chain says.
const paid = `{"Event":"asked","Key":"k","Output":"k"}
{"Event":"signed","Key":"k","Session":"s","Units":1}
{"Event":"acknowledged","Key":"k","Job":"j"}
{"Event":"asked","Key":"l","Output":"l"}
{"Event":"signed","Key":"l","Session":"s","Units":2}
{"Event":"acknowledged","Key":"l","Job":"i"}
{"Event":"seen","Job":"i","What":"failed"}
{"Event":"signed","Key":"m","Session":"s","Units":2}
{"Event":"refused","Key":"m","Session":"s","What":"voucher_stale"}
{"Event":"seen","Job":"j","What":"succeeded","Output":"k"}
{"Event":"row","World":"w","What":"jobs","Row":{"id":"j","state":"succeeded","code":"","account":"payer"}}
{"Event":"row","World":"w","What":"jobs","Row":{"id":"i","state":"failed","code":"deadline","account":"payer"}}
{"Event":"row","World":"w","What":"holds","Row":{"job":"j","payer":"session/s","state":"captured","amount":100}}
{"Event":"row","World":"w","What":"holds","Row":{"job":"i","payer":"session/s","state":"released","amount":100}}
{"Event":"row","World":"w","What":"attempts","Row":{"job":"j","state":"done","provider":"p","pay":20}}
{"Event":"row","World":"w","What":"receipts","Row":{"job":"j","provider":"p"}}
{"Event":"row","World":"w","What":"vouchers","Row":{"job":"j","session":"s","units":1}}
{"Event":"row","World":"w","What":"vouchers","Row":{"job":"i","session":"s","units":1}}
{"Event":"row","World":"w","What":"session_uses","Row":{"session":"s","payee":"a","author_fee":50,"relay_fee":10,"held":0,"used":1}}
{"Event":"row","World":"w","What":"spendings","Row":{"payer":"session/s","amount":80}}
{"Event":"row","World":"w","What":"ledger_entries","Row":{"job":"j","step":"hold","account":"session/s","amount":-100}}
{"Event":"row","World":"w","What":"ledger_entries","Row":{"job":"j","step":"hold","account":"held","amount":100}}
{"Event":"row","World":"w","What":"ledger_entries","Row":{"job":"j","step":"capture","account":"held","amount":-100}}
{"Event":"row","World":"w","What":"ledger_entries","Row":{"job":"j","step":"capture","account":"due/author/a","amount":50}}
{"Event":"row","World":"w","What":"ledger_entries","Row":{"job":"j","step":"capture","account":"due/relay","amount":10}}
{"Event":"row","World":"w","What":"ledger_entries","Row":{"job":"j","step":"capture","account":"due/provider/p","amount":20}}
{"Event":"row","World":"w","What":"ledger_entries","Row":{"job":"j","step":"capture","account":"session/s","amount":20}}
{"Event":"row","World":"w","What":"ledger_entries","Row":{"job":"i","step":"hold","account":"session/s","amount":-100}}
{"Event":"row","World":"w","What":"ledger_entries","Row":{"job":"i","step":"hold","account":"held","amount":100}}
{"Event":"row","World":"w","What":"ledger_entries","Row":{"job":"i","step":"release","account":"held","amount":-100}}
{"Event":"row","World":"w","What":"ledger_entries","Row":{"job":"i","step":"release","account":"session/s","amount":100}}
{"Event":"row","World":"w","What":"ledger_entries","Row":{"job":"j","step":"settle","account":"due/author/a","amount":-50}}
{"Event":"row","World":"w","What":"ledger_entries","Row":{"job":"j","step":"settle","account":"due/relay","amount":-10}}
{"Event":"row","World":"w","What":"ledger_entries","Row":{"job":"j","step":"settle","account":"due/provider/p","amount":-20}}
{"Event":"row","World":"w","What":"ledger_entries","Row":{"job":"j","step":"settle","account":"chain/author/a","amount":50}}
{"Event":"row","World":"w","What":"ledger_entries","Row":{"job":"j","step":"settle","account":"chain/relay","amount":10}}
{"Event":"row","World":"w","What":"ledger_entries","Row":{"job":"j","step":"settle","account":"chain/provider/p","amount":20}}
{"Event":"chain","World":"w","What":"relay","Row":{"account":"r"}}
{"Event":"chain","World":"w","What":"opened","Row":{"session":"s","payer":"payer","units":4,"author":50,"relay":10,"compute":40}}
{"Event":"chain","World":"w","What":"redeemed","Row":{"session":"s","units":1,"pay":20}}
{"Event":"chain","World":"w","What":"credit","Row":{"account":"a","amount":50}}
{"Event":"chain","World":"w","What":"credit","Row":{"account":"r","amount":10}}
{"Event":"chain","World":"w","What":"credit","Row":{"account":"p","amount":20}}
{"Event":"chain","World":"w","What":"held","Row":{"amount":400}}
{"Event":"chain","World":"w","What":"credited","Row":{"account":"a","amount":50}}
{"Event":"chain","World":"w","What":"credited","Row":{"account":"r","amount":10}}
{"Event":"chain","World":"w","What":"credited","Row":{"account":"p","amount":20}}
{"Event":"chain","World":"w","What":"credited","Row":{"account":"payer","amount":320}}
{"Event":"chain","World":"w","What":"withdrawn","Row":{"account":"a","amount":50}}
{"Event":"chain","World":"w","What":"withdrawn","Row":{"account":"r","amount":10}}
{"Event":"chain","World":"w","What":"withdrawn","Row":{"account":"p","amount":20}}
{"Event":"chain","World":"w","What":"withdrawn","Row":{"account":"payer","amount":320}}
{"Event":"chain","World":"w","What":"left","Row":{"amount":0}}
`

// The checker holds a chain against a ledger: of all that may be wrong with money on it, each thing alone is seen.
func TestChain(t *testing.T) {
	check := func(text string) (Verdict, string) {
		var said bytes.Buffer
		v, err := Check(strings.NewReader(text), &said)
		if err != nil {
			t.Fatal(err)
		}
		return v, said.String()
	}
	if v, said := check(paid); v.Wrong() {
		t.Fatalf("%s\n%s", v, said)
	}
	for what, change := range map[string][2]string{
		"somebody else was credited":                {`"credit","Row":{"account":"p","amount":20}`, `"credit","Row":{"account":"q","amount":20}`},
		"a credit is more than the ledger has":      {`"credited","Row":{"account":"a","amount":50}`, `"credited","Row":{"account":"a","amount":51}`},
		"more was withdrawn than credited":          {`"withdrawn","Row":{"account":"p","amount":20}`, `"withdrawn","Row":{"account":"p","amount":40}`},
		"the payer got back too much":               {`"credited","Row":{"account":"payer","amount":320}`, `"credited","Row":{"account":"payer","amount":321}`},
		"the contract held less than it owed":       {`"held","Row":{"amount":400}`, `"held","Row":{"amount":399}`},
		"something stays in the contract":           {`"left","Row":{"amount":0}`, `"left","Row":{"amount":1}`},
		"a unit was redeemed that nobody had":       {`"redeemed","Row":{"session":"s","units":1,"pay":20}`, `"redeemed","Row":{"session":"s","units":2,"pay":20}`},
		"a provider got more on chain":              {`"redeemed","Row":{"session":"s","units":1,"pay":20}`, `"redeemed","Row":{"session":"s","units":1,"pay":21}`},
		"nothing was redeemed":                      {`{"Event":"chain","World":"w","What":"redeemed","Row":{"session":"s","units":1,"pay":20}}` + "\n", ""},
		"the chain has no such session":             {`{"Event":"chain","World":"w","What":"opened","Row":{"session":"s","payer":"payer","units":4,"author":50,"relay":10,"compute":40}}` + "\n", ""},
		"a credit is in the ledger twice":           {`"step":"settle","account":"chain/relay","amount":10`, `"step":"settle","account":"chain/relay","amount":20`},
		"a page signs for more than it has":         {`"signed","Key":"l","Session":"s","Units":2`, `"signed","Key":"l","Session":"s","Units":3`},
		"a page signs for what failed and was back": {`"signed","Key":"m","Session":"s","Units":2`, `"signed","Key":"m","Session":"s","Units":3`},
	} {
		text := strings.Replace(paid, change[0], change[1], 1)
		if text == paid {
			t.Fatal(what)
		}
		if v, said := check(text); v.Ledger == 0 {
			t.Errorf("the checker does not see that %s: %s\n%s", what, v, said)
		}
	}
}
