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

// Open opens a database by the address that the store has it by.
func Open(t testing.TB, url string) *sql.DB {
	t.Helper()
	driver, name := "pgx", url
	if path, ok := strings.CutPrefix(url, "sqlite:"); ok {
		driver, name = "sqlite3", "file:"+path
	}
	db, err := sql.Open(driver, name)
	if err != nil {
		t.Fatal(err)
	}
	return db
}

// Each calls do with every row of a table.
func Each(t testing.TB, db *sql.DB, table string, do func(columns []string, values []any)) {
	t.Helper()
	found, err := db.Query("SELECT * FROM " + table)
	if err != nil {
		t.Fatal(err)
	}
	columns, err := found.Columns()
	if err != nil {
		t.Fatal(err)
	}
	for found.Next() {
		values, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		if err := found.Scan(into...); err != nil {
			t.Fatal(err)
		}
		do(columns, values)
	}
	if err := errors.Join(found.Err(), found.Close()); err != nil {
		t.Fatal(err)
	}
}

// OfJobs calls do with every row that is about jobs and money, without what is bytes.
func OfJobs(t testing.TB, url string, do func(table string, row map[string]any)) {
	t.Helper()
	db := Open(t, url)
	defer db.Close()
	for _, table := range strings.Fields("jobs attempts holds receipts ledger_entries spendings vouchers session_uses") {
		Each(t, db, table, func(columns []string, values []any) {
			row := map[string]any{}
			for i, v := range values {
				if _, long := v.([]byte); !long {
					row[columns[i]] = v
				}
			}
			do(table, row)
		})
	}
}

// OfChain is every row that the chain brought, as text, by table. Which blocks are remembered depends on when they were read.
func OfChain(t testing.TB, url string) map[string][]string {
	t.Helper()
	db := Open(t, url)
	defer db.Close()
	all := map[string][]string{}
	for _, table := range strings.Fields(`cursor models versions parents aliases yanks transfers recoveries plans purchases refunds gifts sessions session_changes payments
		orders order_changes credits splits attestations revocations token_changes`) {
		Each(t, db, "chain_"+table, func(columns []string, values []any) {
			var b strings.Builder
			for i, v := range values {
				fmt.Fprintf(&b, "%s=%v ", columns[i], v)
			}
			all[table] = append(all[table], b.String())
		})
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
