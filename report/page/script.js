"use strict";
(function(){
var $=function(s,r){return (r||document).querySelector(s)},$$=function(s,r){return Array.prototype.slice.call((r||document).querySelectorAll(s))};
$$(".nojs").forEach(function(e){e.classList.remove("nojs")});

// copy buttons
var live=$("#live");
$$("button.copy").forEach(function(b){b.addEventListener("click",function(){
  var t=b.parentNode.querySelector("pre").textContent,done=function(ok){b.textContent=ok?"Copied":"Press Ctrl+C";live.textContent=b.textContent;setTimeout(function(){b.textContent="Copy"},1500)};
  var old=function(){var a=document.createElement("textarea");a.value=t;document.body.appendChild(a);a.select();var ok=false;try{ok=document.execCommand("copy")}catch(e){}a.remove();b.focus();done(ok)};
  if(navigator.clipboard&&window.isSecureContext)navigator.clipboard.writeText(t).then(function(){done(true)},old);else old();
})});

// the timeline: shapes carry their place as fractions of the whole; the page puts them where the zoom says
var svg=$("svg.chart"),view=[0,1],relayout=function(){};
if(svg){
  var T0=+svg.getAttribute("data-from"),T1=+svg.getAttribute("data-to"),box=$(".tl"),tip=$(".tip"),clip=$("#clip rect"),ticks=$("#ticks"),H=+svg.getAttribute("data-h");
  var NS="http://www.w3.org/2000/svg",shapes=$$("[data-a]",svg),L=+svg.getAttribute("data-left"),W=0;
  var px=function(f){return L+(f-view[0])/(view[1]-view[0])*(W-L-10)};
  var pad=function(n,w){n=String(n);while(n.length<w)n="0"+n;return n};
  var clock=function(ms,step){var d=new Date(ms),s=pad(d.getUTCHours(),2)+":"+pad(d.getUTCMinutes(),2);
    if(step>=864e5)return pad(d.getUTCMonth()+1,2)+"-"+pad(d.getUTCDate(),2);
    if(step<6e4)s+=":"+pad(d.getUTCSeconds(),2);if(step<1e3)s+="."+pad(d.getUTCMilliseconds(),3);return s};
  var steps=[1,2,5,10,20,50,100,200,500,1e3,2e3,5e3,1e4,15e3,3e4,6e4,12e4,3e5,6e5,9e5,18e5,36e5,72e5,108e5,216e5,432e5,864e5,1728e5,6048e5];
  var axis=function(){
    while(ticks.firstChild)ticks.removeChild(ticks.firstChild);
    var a=T0+view[0]*(T1-T0),b=T0+view[1]*(T1-T0),want=Math.max(2,Math.floor((W-L)/75)),step=steps[steps.length-1];
    for(var i=0;i<steps.length;i++)if((b-a)/steps[i]<=want){step=steps[i];break}
    for(var t=Math.ceil(a/step)*step;t<=b;t+=step){
      var x=px((t-T0)/(T1-T0)),l=document.createElementNS(NS,"line"),e=document.createElementNS(NS,"text");
      l.setAttribute("class","grid");l.setAttribute("x1",x);l.setAttribute("x2",x);l.setAttribute("y1",18);l.setAttribute("y2",H);
      e.setAttribute("x",x);e.setAttribute("y",12);e.setAttribute("text-anchor",x>W-40?"end":x<L+22?"start":"middle");e.textContent=clock(t,step);
      ticks.appendChild(l);ticks.appendChild(e)}
  };
  relayout=function(){
    W=Math.max(280,svg.parentNode.clientWidth||960);L=W<560?Math.min(84,+svg.getAttribute("data-left")):+svg.getAttribute("data-left");
    svg.setAttribute("viewBox","0 0 "+W+" "+H);svg.setAttribute("height",H);clip.setAttribute("x",L);clip.setAttribute("width",W-L);
    $$(".rule",svg).forEach(function(r){r.setAttribute("x2",W)});
    shapes.forEach(function(s){
      var a=px(+s.getAttribute("data-a"));
      if(s.hasAttribute("data-b")){var b=px(+s.getAttribute("data-b")),w=Math.max(b-a,2);s.setAttribute("x",a);s.setAttribute("width",w)}
      else if(s.tagName==="text"){var e=px(+s.getAttribute("data-e")),x0=Math.max(a,L);s.setAttribute("x",x0+5);s.setAttribute("visibility",Math.min(e,W)-x0>s.textContent.length*6.5+8?"visible":"hidden")}
      else s.setAttribute("transform","translate("+a+" "+s.getAttribute("data-y")+")")});
    axis();
    $("#range").textContent=new Date(T0+view[0]*(T1-T0)).toISOString().slice(0,19).replace("T"," ")+" to "+new Date(T0+view[1]*(T1-T0)).toISOString().slice(11,19)+" UTC";
  };
  var zoom=function(a,b){var w=Math.max(b-a,Math.min(1,10/(T1-T0||1)));if(w>=1){a=0;b=1}else{if(a<0)a=0;if(a+w>1)a=1-w;b=a+w}view=[a,b];relayout();filter()};
  var by=function(f,c){var w=view[1]-view[0];c=c===undefined?(view[0]+view[1])/2:c;zoom(c-(c-view[0])*f,c-(c-view[0])*f+w*f)};
  var move=function(d){var w=view[1]-view[0];zoom(view[0]+d*w,view[1]+d*w)};
  $("#zin").addEventListener("click",function(){by(.5)});$("#zout").addEventListener("click",function(){by(2)});$("#zall").addEventListener("click",function(){zoom(0,1)});
  $("#zleft").addEventListener("click",function(){move(-.3)});$("#zright").addEventListener("click",function(){move(.3)});
  svg.addEventListener("keydown",function(e){var k={"+":function(){by(.5)},"=":function(){by(.5)},"-":function(){by(2)},"0":function(){zoom(0,1)},ArrowLeft:function(){move(-.2)},ArrowRight:function(){move(.2)}}[e.key];if(k){k();e.preventDefault()}});
  svg.addEventListener("wheel",function(e){if(!e.ctrlKey&&!e.metaKey)return;e.preventDefault();var r=svg.getBoundingClientRect(),f=view[0]+(e.clientX-r.left-L)/(W-L-10)*(view[1]-view[0]);by(e.deltaY<0?.8:1.25,f)},{passive:false});
  var from=null,brush=$(".brush",svg),at=function(e){var r=svg.getBoundingClientRect();return Math.min(Math.max(e.clientX-r.left,L),W-10)};
  svg.addEventListener("pointerdown",function(e){if(e.button===0&&e.pointerType==="mouse"&&!e.target.closest("a"))from=at(e)});
  window.addEventListener("pointermove",function(e){if(from===null)return;var x=at(e);brush.setAttribute("x",Math.min(from,x));brush.setAttribute("width",Math.abs(x-from));brush.removeAttribute("visibility")});
  window.addEventListener("pointerup",function(e){if(from===null)return;var x=at(e),a=Math.min(from,x),b=Math.max(from,x);from=null;brush.setAttribute("visibility","hidden");
    if(b-a>8){var f=function(p){return view[0]+(p-L)/(W-L-10)*(view[1]-view[0])};zoom(f(a),f(b))}});
  var show=function(e){var s=e.target.closest("[data-tip]");if(!s){tip.hidden=true;return}
    tip.textContent=s.getAttribute("data-tip");tip.hidden=false;var r=box.getBoundingClientRect(),q=s.getBoundingClientRect(),x=(e.clientX||q.left)-r.left+12,y=(e.clientY||q.bottom)-r.top+14;
    tip.style.left=Math.max(4,Math.min(x,r.width-tip.offsetWidth-8))+"px";tip.style.top=y+"px"};
  svg.addEventListener("pointermove",show);svg.addEventListener("pointerleave",function(){tip.hidden=true});
  svg.addEventListener("focusin",show);svg.addEventListener("focusout",function(){tip.hidden=true});
  window.addEventListener("resize",relayout);
}

// a marker opens its evidence
var open=function(){var id=decodeURIComponent(location.hash.slice(1)),e=id&&document.getElementById(id);if(!e)return;
  for(var p=e;p;p=p.parentElement)if(p.tagName==="DETAILS")p.open=true;
  var d=$("details",e);if(d)d.open=true;e.hidden=false;e.classList.remove("hitrow");void e.offsetWidth;e.classList.add("hitrow");e.scrollIntoView({block:"center"})};
window.addEventListener("hashchange",open);

// filters
var fn=$("#f-node"),fs=$("#f-sev"),ft=$("#f-time"),rank={info:0,warning:1,error:2,critical:3};
function filter(){
  if(!fn)return;var node=fn.value,sev=rank[fs.value],timed=ft.checked&&svg,a=0,b=0,shown=0,all=0;
  if(timed){a=T0+view[0]*(T1-T0);b=T0+view[1]*(T1-T0)}
  $$("[data-f]").forEach(function(e){
    var ok=true,n=e.getAttribute("data-node"),s=e.getAttribute("data-sev"),x=+e.getAttribute("data-t0"),y=+e.getAttribute("data-t1");
    if(node&&n!==null&&n.split("\u001f").indexOf(node)<0)ok=false;
    if(s!==null&&rank[s]<sev)ok=false;
    if(timed&&x&&(y<a||x>b))ok=false;
    e.hidden=!ok;if(e.getAttribute("data-f")==="d"){all++;if(ok)shown++}});
  $("#f-says").textContent=all?shown+" of "+all+" diagnoses shown":"";
}
if(fn){[fn,fs,ft].forEach(function(e){e.addEventListener("change",filter)});
  $("#f-reset").addEventListener("click",function(){fn.value="";fs.value="info";ft.checked=false;filter()})}
window.addEventListener("beforeprint",function(){$$("details.ev-d, details.more").forEach(function(d){d.open=true});if(svg){view=[0,1];relayout()}});
relayout();filter();open();
})();
