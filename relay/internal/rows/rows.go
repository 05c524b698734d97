// Package rows compares for tests what databases hold.
package rows

import (
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"
	_ "github.com/ncruces/go-sqlite3/driver"
)

// OfChain is every row that the chain brought, as text, by table. Which blocks are remembered depends on when they were read.
func OfChain(t testing.TB, url string) map[string][]string {
	t.Helper()
	driver, name := "pgx", url
	if path, ok := strings.CutPrefix(url, "sqlite:"); ok {
		driver, name = "sqlite3", "file:"+path
	}
	db, err := sql.Open(driver, name)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	all := map[string][]string{}
	for _, table := range strings.Fields(`cursor models versions parents aliases yanks transfers recoveries plans purchases refunds gifts sessions session_changes payments
		orders order_changes credits splits attestations revocations token_changes`) {
		found, err := db.Query("SELECT * FROM chain_" + table)
		if err != nil {
			t.Fatal(err)
		}
		columns, err := found.Columns()
		if err != nil {
			t.Fatal(err)
		}
		for found.Next() {
			values := make([]any, len(columns))
			for i := range values {
				values[i] = new(any)
			}
			if err := found.Scan(values...); err != nil {
				t.Fatal(err)
			}
			var b strings.Builder
			for i, v := range values {
				fmt.Fprintf(&b, "%s=%v ", columns[i], *v.(*any))
			}
			all[table] = append(all[table], b.String())
		}
		if err := errors.Join(found.Err(), found.Close()); err != nil {
			t.Fatal(err)
		}
		slices.Sort(all[table])
	}
	return all
}

// Same compares two of them.
func Same(t testing.TB, what string, got, want map[string][]string) {
	t.Helper()
	for table := range want {
		if !slices.Equal(got[table], want[table]) {
			t.Errorf("%s: chain_%s\n got %s\nwant %s", what, table, strings.Join(got[table], "\n     "), strings.Join(want[table], "\n     "))
		}
	}
}
