package parser
import ("testing";"os";"context";"zlog/event";"time";"fmt";"runtime")
func TestMem(t *testing.T){
 p:=os.Getenv("BIG"); if p=="" {t.Skip()}
 s,_:=Expand([]string{p},nil,Limits{})
 t0:=time.Now(); n:=0
 acc:=s[0].Read(context.Background(),Options{Filter:literals([]string{`level":"warning`})},func(*event.Event){n++})
 var m runtime.MemStats; runtime.ReadMemStats(&m)
 b,_:=os.ReadFile("/proc/self/status"); 
 fmt.Println(n,acc[0].Lines,acc[0].Error,time.Since(t0)); for _,l:=range []string{"VmHWM"} { i:=0; _=i; _=l }; fmt.Println(string(b)[200:900])
}
