package main

import (
	"os"
	"path/filepath"
	"testing"

	"zlog/diagnosis"
)

// A controller that a member dialed was being added: what went wrong is told by the log of who dialed, if it is here.
func TestWhoWasDialedIsNotSaidToWait(t *testing.T) {
	from := filepath.Join("testdata", "logs", "never-joined-v2.0.3")
	waits := func(dir string) []string {
		r, _ := diagnosed(t, dir)
		for _, d := range r.Diagnoses {
			if d.ID == "not-initialized" && d.Role == diagnosis.RootCause {
				return d.Nodes
			}
		}
		return nil
	}
	who := waits(from)
	if len(who) != 1 {
		t.Fatalf("%v wait, want one", who)
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(filepath.Join(dir, who[0]+".log"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	const dialed = `{"file":"github.com/openziti/ziti/controller/raft/mesh/mesh.go:653","func":"github.com/openziti/ziti/controller/raft/mesh.(*impl).PeerConnected","level":"info","msg":"peer connected","peerAddr":"tls:127.0.0.9:6262","peerId":"ctrl1","time":"2099-01-01T00:00:00.000Z"}`
	if _, err := f.WriteString(dialed + "\n"); err != nil {
		t.Fatal(err)
	}
	if got := waits(dir); got != nil {
		t.Errorf("%v wait, want none: a member dialed it", got)
	}
}
