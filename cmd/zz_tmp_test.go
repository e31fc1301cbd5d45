package cmd
import ("testing";"zlog/cluster";"zlog/rules";"zlog/parser";"zlog/event";"os";"context")
func BenchmarkTellTmp(b *testing.B){
 for _, name := range []string{"quorum-loss","disk-full","healthy-join","failover"} {
 pack,_ := builtin(os.DirFS("..")); set,_ := rules.Load(pack, cluster.Facts)
 bl := cluster.NewBuilder()
 n := 0
 for _, f := range []string{"ctrl1.log","ctrl2.log","ctrl3.log"} {
  src,_ := parser.Expand([]string{"../testdata/logs/"+name+"/"+f}, nil, parser.DefaultLimits())
  for _, s := range src { for _, x := range s.Read(context.Background(), parser.Options{Filter:set.Filter(),Alarms:true}, func(e *event.Event){ for _, m := range set.Match(e) { bl.Add(m);n++ } }) { bl.AddSource(x) } }
 }
 b.Run(name+"/tell", func(b *testing.B){ for range b.N { bl.Tell() } })
 st := bl.Tell(); c := st.Case()
 b.Logf("%d matches %d kept", n, len(st.Matches))
 b.Run(name+"/diag", func(b *testing.B){ for range b.N { set.Diagnose(&rules.Case{Matches: c.Matches, Facts: c.Facts, Nodes: c.Nodes, Missing: st.Missing}) } })
 b.Run(name+"/rest", func(b *testing.B){ for range b.N { st.Brief(10); st.Wanted(); st.Lanes() } })
 }
}
