package redact

import "testing"

// TestWhatIsNoPodStays: strict mode takes pods and namespaces out, not what OpenZiti calls so, nor its own words.
func TestWhatIsNoPodStays(t *testing.T) {
	lines := []string{
		`{"namespace":"cluster","eventType":"state.is_leaderless"}`,
		`{"namespace":"fabric.circuits","msg":"x"} namespace=entityChange namespace=usage`,
		`unknown namespace for event, namespace is missing, no namespace for 7`,
		`pods are evicted, podman started, a pod of peas`,
		`{"kubernetes":{"pod_name":"none"}}`,
	}
	for i, l := range redactLines(t, Strict, lines) {
		if l != lines[i] {
			t.Errorf("touched\n  was %s\n  is  %s", lines[i], l)
		}
	}
	own := []string{
		`{"kubernetes":{"pod_name":"ziti-controller","namespace_name":"ziti"},"log":"{\"msg\":\"starting ziti-controller\"}"}`,
		`{"msg":"starting ziti-controller","func":"github.com/openziti/ziti/controller.run"}`,
	}
	out := redactLines(t, Strict, own)
	if want := `{"kubernetes":{"pod_name":"pod-1","namespace_name":"namespace-1"},"log":"{\"msg\":\"starting ziti-controller\"}"}`; out[0] != want {
		t.Errorf("is %s\nnot %s", out[0], want)
	}
	if out[1] != own[1] {
		t.Errorf("a message of OpenZiti's became %s", out[1])
	}
	for i, l := range redactLines(t, Standard, own) {
		if l != own[i] {
			t.Errorf("standard mode touched %s", l)
		}
	}
}
