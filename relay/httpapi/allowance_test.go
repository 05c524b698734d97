package httpapi

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/dehug/dehug/manifest"
)

// What the operator pays is limited by account, network and model, says so, and is there again tomorrow.
func TestAllowance(t *testing.T) {
	h := withJobs(t, withUploads(t))
	cid := serveTiny(t, h)
	h.Jobs.Daily, h.Jobs.DailyNetwork, h.Jobs.DailyModel, h.Jobs.Now = 1000, 1200, 2000, func() time.Time { return h.at }
	request := fmt.Sprintf(`{"version":%q,"input":{"x":{"datatype":"FP32","shape":[1,4],"data":[1,2,3,4]}}}`, cid)
	run := func(cookie string) (int, string) {
		w := h.ask("POST", "/api/v1/predictions", request, "Cookie", cookie, "Prefer", "wait")
		return w.Code, w.Body.String()
	}
	left := func(cookie string, version manifest.CID) (a Allowance) {
		t.Helper()
		if err := json.Unmarshal(h.ask("GET", "/api/v1/allowance?version="+string(version), "", "Cookie", cookie).Body.Bytes(), &a); err != nil {
			t.Fatal(err)
		}
		return a
	}
	alice, bob, eve := h.signIn(testKey(t, "1")), h.signIn(testKey(t, "3")), h.signIn(testKey(t, "6"))
	for range 4 {
		if code, body := run(alice); code != 201 || !strings.Contains(body, `"succeeded"`) {
			t.Fatalf("a run = %d %s", code, body)
		}
	}
	if code, body := run(alice); code != 409 || !strings.Contains(body, "1000") {
		t.Errorf("a fifth of an account = %d %s", code, body)
	}
	if a := left(bob, ""); a.Used != 0 || a.Left != 200 || a.Daily != 1000 || !a.Until.Equal(h.at.UTC().Truncate(24*time.Hour).AddDate(0, 0, 1)) {
		t.Errorf("what is left to another of that network is %+v", a)
	}
	if code, body := run(bob); code != 409 || !strings.Contains(body, "your network") {
		t.Errorf("a run of another of that network = %d %s", code, body)
	}
	h.Jobs.DailyNetwork = 0
	for range 4 {
		if code, body := run(bob); code != 201 {
			t.Fatalf("without a limit = %d %s", code, body)
		}
	}
	if code, body := run(eve); code != 409 || !strings.Contains(body, "this model") {
		t.Errorf("a ninth run of a model = %d %s", code, body)
	}
	if a, b := left(eve, cid), left(eve, ""); a.Left != 0 || b.Left != 1000 {
		t.Errorf("what is left for the model is %d, for others %d", a.Left, b.Left)
	}
	h.at = h.at.AddDate(0, 0, 1)
	alice = h.signIn(testKey(t, "1"))
	if code, body := run(alice); code != 201 {
		t.Errorf("tomorrow = %d %s", code, body)
	}
	if grantedNetwork("127.0.0.1:1") != "" || grantedNetwork("[::1]:1") != "" || grantedNetwork("[2001:db8::1]:1") != "2001:db8::/64" {
		t.Error("networks are not told apart")
	}
}
