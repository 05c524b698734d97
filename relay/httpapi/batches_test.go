package httpapi

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// Many inputs make as many predictions, in their order; one that is refused does not spoil the others, and a key makes each once.
func TestBatch(t *testing.T) {
	h := withJobs(t, withUploads(t))
	cid := serveTiny(t, h)
	cookie := h.signIn(testKey(t, "1"))
	input := `{"x":{"datatype":"FP32","shape":[1,4],"data":[1,2,3,%d]}}`
	body := fmt.Sprintf(`{"version":%q,"inputs":[%s,{"x":{"datatype":"FP32","shape":[2],"data":[1]}},%s,{"z":{"datatype":"FP32","shape":[1],"data":[1]}},%s]}`,
		cid, fmt.Sprintf(input, 1), fmt.Sprintf(input, 2), fmt.Sprintf(input, 3))
	ask := func(body string, want int, header ...string) (list List[Batched]) {
		t.Helper()
		w := h.ask("POST", "/api/v1/predictions/batch?encoding=base64", body, append([]string{"Cookie", cookie, "Prefer", "wait"}, header...)...)
		if err := document(t, h).matches("POST", "/api/v1/predictions/batch", w); err != nil || w.Code != want {
			t.Fatalf("%d %s, %v; want %d", w.Code, w.Body, err, want)
		}
		if want == 201 {
			if err := json.Unmarshal(w.Body.Bytes(), &list); err != nil {
				t.Fatal(err)
			}
		}
		return list
	}
	got := ask(body, 201, "Idempotency-Key", "one")
	var said []string
	for _, b := range got.Items {
		switch {
		case b.Prediction == nil:
			said = append(said, b.Code)
		case b.Prediction.Code != "":
			said = append(said, b.Prediction.Code)
		default:
			said = append(said, b.Prediction.Status+" "+b.Prediction.Output["y"].Base64)
		}
	}
	// The grant of a day pays for four at 250; the one of invalid input is given back only when it failed.
	if len(said) != 5 || !strings.HasPrefix(said[0], "succeeded ") || said[1] != "invalid" || !strings.HasPrefix(said[2], "succeeded ") || said[3] != "invalid_input" || !strings.HasPrefix(said[4], "succeeded ") ||
		said[0] == said[2] || said[2] == said[4] {
		t.Errorf("the batch is %q", said)
	}
	again := ask(body, 201, "Idempotency-Key", "one")
	for i, b := range again.Items {
		if b.Prediction != nil && b.Prediction.ID != got.Items[i].Prediction.ID {
			t.Errorf("with its key again input %d is %s, was %s", i, b.Prediction.ID, got.Items[i].Prediction.ID)
		}
	}
	if n := len(listed(t, h, cookie)); n != 4 {
		t.Errorf("there are %d predictions; want 4", n)
	}
	ask(fmt.Sprintf(`{"version":%q,"inputs":[]}`, cid), 422)
	ask(fmt.Sprintf(`{"version":%q,"inputs":[%s]}`, cid, strings.TrimSuffix(strings.Repeat("{},", maxBatch+1), ",")), 422)
}
