import { readFileSync } from "node:fs";
import { readPickles } from "./src/pickle/streams.ts";
import { runSync } from "./src/core/driver.ts";
import { memorySource } from "./src/source/memory.ts";
import { FormatError } from "./src/core/format-error.ts";
import type { Effect } from "./src/pickle/effects.ts";
const rows = JSON.parse(readFileSync(process.argv[2]!, "utf8"));
let bad=0, over=0, n=0, exact=0; const overs=new Map<string,number>();
const names=(e:Effect[], who:string)=>{const o:string[]=[];for(const x of e){ if(x.by!=="both"&&x.by!==who) continue;
 switch(x.kind){case "import": o.push(x.symbol.kind==="global"?`import ${x.symbol.written.module} ${x.symbol.written.name}`:"import ?");break;
 case "call": o.push("call");break; case "persid":o.push("persid");break; 
 case "state": if(x.targetKind==="instance"||x.targetKind==="import"||x.targetKind==="unknown")o.push("state");break;
 case "append": if(x.targetKind!=="container") { if(x.via==="ADDITEMS") for(const _ of x.values) o.push("append1"); else o.push("append");}break;
 case "item": if(x.targetKind!=="container") for(const _ of x.keys) o.push("item");break;} } return o;};
for(const [hex,cev,cok,pev,pok,mev,mok] of rows){ n++;
 const b=new Uint8Array(Buffer.from(hex,"hex")); let eff:Effect[]=[];let feff:Effect[]|undefined; let fstop=false; let f="",stopped=false,by="both";
 for (const w of [65536, 1]) { try{ const p=runSync(readPickles(b.length),memorySource(b),w); const s=p.value.streams[0]!; eff=[...s.effects]; const v=p.value.streams[1]; if(v?.view==="file"){feff=[...v.effects];fstop=v.stopped}; f=s.fault?s.fault.code+": "+s.fault.message:""; stopped=s.stopped; by=s.faults.filter(x=>x.code==="ambiguous").map(x=>x.message).join(); }catch(e){ if(!FormatError.isInstance(e)) {console.log("CRASH",hex,e); } f=String(e); stopped=false; eff=[] } }
 for(const [who,ev,ok] of [["c",mev,mok],["python",pev,pok],["file",cev,cok]] as const){
  const ours=names(who==="file"?feff??eff:eff,who==="file"?"c":who); const stopped_=who==="file"&&feff?fstop:stopped; let same=true; while(ev.at(-1)==="import  ") ev.pop(); for(let i=0;i<ev.length;i++) if(ours[i]!==ev[i]&&!(ours[i]==="import ?")) same=false;
  const stopOk = ok!=="stop"||stopped_;
  if(!same||!stopOk){ bad++; if(bad<15) console.log("MISS",who,hex,JSON.stringify(b.length<200?Buffer.from(b).toString("latin1"):""),"\n real",ev.join(","),ok,"\n ours",ours.join(","),f,by); }
  else if(ours.length>ev.length||(stopped&&ok!=="stop"&& (by===""||!by.includes("only the "+(who==="c"?"python":"c"))))){ over++; const k=who+" "+ok.replace(/[0-9]+/g,"#"); overs.set(k,(overs.get(k)??0)+1); if(process.argv[3]&&ok.includes(process.argv[3])) console.log("OVER",who,hex,JSON.stringify(Buffer.from(b).toString("latin1")),ok,"\n ours",ours.join(","),f,by,"\n real",ev.join(",")); }
  else exact++;
 }}
console.log({n,bad,over,exact}); console.log([...overs].sort((a,b)=>b[1]-a[1]).slice(0,40));
