package redact

import "testing"

// lookalikes are texts that a careless pattern takes for a secret, an address or a name.
var lookalikes = []string{
	// versions
	`{"msg":"starting ziti-controller","version":"v1.6.8","go-version":"go1.26.8","revision":"8f4e2a91c3d7"}`,
	`{"msg":"remote has version 2.0.0.1, ours is 1.1.15"}`,
	`{"msg":"peer ctrl2 has version v1.1.15-rc.3+build.7"}`,
	`{"version":"1.2.3.4","msg":"x"}`,
	`User-Agent: Mozilla/5.0 Chrome/120.0.0.0 Safari/537.36`,
	`github.com/hashicorp/raft@v1.7.1/replication.go`,
	`github.com/rcrowley/go-metrics@v0.0.0-20201227073835-cf1acfcdf475/registry.go:12`,
	`gopkg.in/yaml.v3@v3.0.1/decode.go:43`,
	// raft
	`{"msg":"entering candidate state","node":"Node at ctrl","term":77}`,
	`{"index":104857601,"term":12,"msg":"appendEntries rejected, sending older logs","next":13}`,
	`{"msg":"failed to get previous log","previous-index":1234567,"last-index":1234000,"error":"log not found"}`,
	`{"msg":"snapshot 2-286-1795376586851 created"}`,
	`{"last-candidate-term":10,"last-term":11,"votesNeeded":2,"tally":1}`,
	`{"msg":"raft cluster bootstrap complete","index":1}`,
	`cluster id 4c6f1f7e9b0d4c2e8f570a1b2c3d4e5f does not match`,
	`{"clusterId":"6ba7b810-9dad-11d1-80b4-00c04fd430c8","msg":"cluster id initialised"}`,
	// hashes and ids
	`{"fingerprint":"fccb669cbc6da8fcde8e039c36a53007bfd1f715","msg":"unknown fingerprint"}`,
	`sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855`,
	`fingerprint 9F:86:D0:81:88:4C:7D:65:9A:2F:EA:A0:C5:5A:D0:15:A3:BF:4F:1B`,
	`{"routerId":"3waMmq7w7","circuitId":"1gW.Bb0aI"}`,
	`{"txId":424,"changeId":"cmws8h1xv0000fi7ddojdv199"}`,
	`edge controller instance id: cmws8h1xv0000fi7ddojdv199`,
	`{"tokenAudiences":["openziti"],"expectedAudience":"openziti","tokenType":"urn:ietf:params:oauth:token-type:jwt"}`,
	`{"tokenCount":5,"passwordAttempts":3,"secretName":"pki","tokenExpiration":"30m0s"}`,
	`object id 1.3.6.1.5.5.7.3.2 in extended key usage`,
	`mac 02:42:ac:11:00:02 joined`,
	// times
	`{"time":"2026-11-22T19:32:09.475Z","msg":"x"}`,
	`2026/11/22 19:32:09 http: TLS handshake error: EOF`,
	`[2024-07-01 17:58:45.816]   ERROR ziti/controller.(*Controller).Run: stopped`,
	`current time 2026-11-22T19:32:09Z is after 2026-11-01T00:00:00Z`,
	`elapsed 1.234567891s, backoff 2.5s, timeout 30m0s`,
	`fields.time=2.503418276s`,
	`at 19:32:09.475 for 00:00:10`,
	// Go names, stack dumps, files
	`{"func":"github.com/openziti/ziti/controller/raft.(*Controller).tryBootstrap","file":"github.com/openziti/ziti/controller/raft/raft.go:812"}`,
	`main.main()`,
	`runtime.gopark(0xc000123456?, 0x18?, 0x0?, 0x0?, 0xc00009e7b8?)`,
	`	/usr/local/go/src/runtime/proc.go:398 +0xce fp=0xc00005af50 sp=0xc00005af30 pc=0x43c1ee`,
	`github.com/openziti/ziti/controller/raft/mesh.(*impl).GetOrConnectPeer(0xc0001b2000, {0xc0002d4000, 0x14})`,
	`created by go.etcd.io/bbolt.(*DB).freepages in goroutine 1`,
	`google.golang.org/protobuf/proto.Unmarshal`,
	`go.opentelemetry.io/otel/trace.(*span).End`,
	`net/http.(*conn).serve`,
	`crypto/tls.(*Conn).HandshakeContext`,
	`k8s.io/client-go/tools/cache.(*Reflector).Run`,
	`ctrl-ha.db, raft.db, ctrl.yml and main.go:42`,
	`meta.json and state.bin in snapshots`,
	// OpenZiti's own words
	`[edge.api.sessionTimeout] defaulted to 30m0s`,
	`pool.router.messaging pool.listener.ctrl`,
	`adding xmgmt *server.submgmt, enabled? true`,
	`{"msg":"invalid token: token is expired","level":"error"}`,
	`{"msg":"could not parse token: signature is invalid"}`,
	`authentication failed: invalid password`,
	`{"msg":"password: must be at least 8 characters"}`,
	`peer.ID target.ID peer.Address config.ID web.bindPoints identity.key identity.cert`,
	`password is incorrect`,
	`secret is missing, token is required`,
	`{"entityType":"services","type":"service","service":{"id":"1gW","name":"edge"}}`,
	`key usage: digitalSignature, private key does not match public key`,
	`token rotation scheduled`,
	`{"authMethod":"updb","isAdd":true,"strategy":"instant"}`,
	`starting ApiConfig to listen and serve tls on 127.0.0.1:1280 for server all-apis`,
	`tls: bad certificate`,
	`remote error: tls: unknown certificate authority`,
	`dial tcp 127.0.0.1:6262: connect: connection refused`,
	`listen tcp 0.0.0.0:6262: bind: address already in use`,
	`listener on [::]:6262 and [::1]:1280, localhost:10000`,
	`{Suffrage:Voter ID:ctrl1 Address:tls:127.0.0.1:6262}`,
	`std::vector<int> and a::b`,
	`see https://openziti.io/docs/reference/ha and https://github.com/openziti/ziti/issues/1234`,
	`ratio 10:1, 3:2:1, x:y`,
	`cookie jar full`,
	`authorization denied by policy`,
	`{"service":"ziti-controller","container":"ctrl1","leader-id":"ctrl1","peerId":"ctrl2"}`,
	`{"nodeId":"ctrl1","msg":"starting ziti-controller","os":"linux","arch":"amd64"}`,
	`{"maxWorkers":100,"poolType":"pool.router.messaging","idleTime":30000000000}`,
	// prose in which a name could stand
	`identity is not known, service was not found, router is connected, user is not authorized`,
	`no terminators for service ziti-controller; host key-verification failed`,
	`password policy changed, with password set, the "password" is required, secret 'is missing'`,
	`x = y, a => b, token -> claims`,
	`the value '42' for 'index' is invalid: must be greater`,
	`raft@v1.7.1 and go.etcd.io/bbolt@v1.4.3`,
	`listen tcp: address already in use; address in use; bind: address already in use`,
	`lookup table full, lookup localhost: no such host, DNS: lookup failed`,
	`remote error: tls: bad certificate, server: 3 of 5, endpoint: 12, peer :1280`,
	`GET /version?code=404&x=1 HTTP/1.1`,
	`uid=0 gid=0 pid=711`,
	`trust domain is not set`,
	`a\tb\nc and \d+\s*`,
	`EOF\nerror: FATAL\tstopped, ERROR\ngoroutine 1 [running]`,
	`READ\WRITE or TCP\UDP, yes\no, and\or`,
	`HKLM\Software\NetFoundry, HKCU\Environment, BUILTIN\Administrators, NT AUTHORITY\SYSTEM`,
	`C:\Windows\system32\drivers, PROGRA~1\ziti.exe, D:\ziti\ctrl.yml`,
	`first record \x16\x03\x01\x02\x00\x01 does not look like TLS, \x1b[31m\xff\xfe\x00\x01`,
	`hello \x77\x6f\x72\x6c\x64 \u0077\u006f\u0072\u006c\u0064`,
	`---- BEGIN REPORT ---- all is well ---- END REPORT ----`,
	`---- BEGIN SSH2`,
	`entry 12_345_678 of 1_2_3_4_5`,
	`lib-1.2.3_4 x_10.2_y`,
	`user - - [x] "GET /"`,
	`{"args":["run","--verbose","ctrl.yml"],"cmd":["ziti","agent","cluster","list"]}`,
	`{"endpoint":"edge-management","address":"127.0.0.1:6262","localAddr":"raft"}`,
	`VGhpcyBpcyBub3RoaW5n aGVsbG8gd29ybGQ=`,
	`init of cluster failed, controller init was not called`,
	`0xdeadbeef 0x7f3c 12345678 1e9`,
}

func TestLookalikes(t *testing.T) {
	if len(lookalikes) < 60 {
		t.Fatalf("only %d", len(lookalikes))
	}
	out := redactLines(t, Standard, lookalikes)
	for i, l := range out {
		if l != lookalikes[i] {
			t.Errorf("touched\n  was %s\n  is  %s", lookalikes[i], l)
		}
	}
	t.Logf("%d look-alikes", len(lookalikes))
}
