package rules

import "testing"

// FuzzTemplatesAreMaskedWordByWord: looking for digits and quotes only masks what going word by word masks.
func FuzzTemplatesAreMaskedWordByWord(f *testing.F) {
	for _, s := range []string{
		`dial tcp 10.0.0.1:6262: i/o timeout after 5.0s, id 4f2-a9--7 of "a 'b' c" and 'd5' can't 'x`,
		`a-5 a--5 -5 5- x509: OAuth2 base64 utf8 utf8s 12:33:05.123Z [::1]:80 é5 5é "é" '' "" "5`,
		"\xff5 \xe2\x825 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef and then 5",
		"1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		quick, slow := string(maskText([]byte("x"), []byte(text))), string(maskLong([]byte("x"), []byte(text)))
		if quick != slow {
			t.Errorf("%q:\n%q, word by word\n%q", text, quick, slow)
		}
	})
}
