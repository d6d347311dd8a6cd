import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";

import type { JsonObject } from "../../kernel/json.ts";
import type { RefusalAnswer, TextDialect } from "../dialects/contract.ts";
import { readBody, type InFlight } from "../hot/read-body.ts";
import { TurnRun } from "../hot/turn-run.ts";
import type { Caller } from "../keys/contract.ts";
import { zonesOf } from "../keys/zones.ts";
import { refuse, type Refusal } from "../refusal.ts";
import { dearestOf } from "../routing/dearest.ts";
import { refuseOddArguments } from "./arguments.ts";
import { asksFor } from "./asks.ts";
import type { DoorPorts, Serving } from "./contract.ts";
import { corsHeaders, refuseAtEdge, refuseTwoHosts } from "./edges.ts";
import { serveEmbeddings } from "./embeddings.ts";
import { answerGet } from "./get.ts";
import { answerHeld } from "./held.ts";
import { outgoingOf } from "./outgoing.ts";
import { placeOf, type Place } from "./places.ts";
import { endPastBody, hasUnreadBody } from "./unread.ts";
import { traceOf } from "./trace.ts";

/** Takes every request under `/v1/`. Never throws, and never leaves one without an answer. */
export function openDoor(
  ports: DoorPorts,
): (request: IncomingMessage, response: ServerResponse) => void {
  const { inFlight } = ports;
  return (request, response) => {
    const visit = new Visit(ports, inFlight, request, response);
    visit.serve().catch((error: unknown) => {
      visit.broken(error);
    });
  };
}

/** One request at the door. */
class Visit {
  readonly #ports: DoorPorts;
  readonly #inFlight: InFlight;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #serving: Serving;
  readonly #id: string;
  readonly #place: Place;

  constructor(
    ports: DoorPorts,
    inFlight: InFlight,
    request: IncomingMessage,
    response: ServerResponse,
  ) {
    this.#ports = ports;
    this.#inFlight = inFlight;
    this.#request = request;
    this.#response = response;
    // A reload must not change a request half way.
    this.#serving = ports.serving();
    this.#id = ports.newId();
    this.#place = placeOf(request.method ?? "GET", request.url ?? "/");
  }

  async serve(): Promise<void> {
    const { headers } = this.#request;
    const refused = refuseAtEdge(headers, this.#serving.edges) ?? refuseTwoHosts(this.#request);
    if (refused !== undefined) return this.#refuse(refused);
    const known = this.#serving.keyRing.authenticate(presentedIn(headers), this.#ports.now());
    if (known.kind === "refused") return this.#refuse(known.refusal);
    const { caller } = known;
    switch (this.#place.kind) {
      case "turn":
        return this.#turn(this.#ports.dialects[this.#place.dialect], caller);
      case "embeddings":
        return this.#vectors(caller);
      case "count-tokens":
        return this.#refuse(refuse("route_unknown", "No engine here counts tokens beforehand."));
      case "method":
        this.#response.setHeader("allow", this.#place.allow);
        return this.#refuse(refuse("method_unknown", `Use ${this.#place.allow} here.`));
      case "unknown":
        return this.#refuse(refuse("route_unknown", "There is nothing under this address."));
      case "held":
        return this.#held(this.#place.id, caller);
      case "models":
      case "model":
      case "card":
      case "receipt": {
        const answer = await answerGet(this.#place, caller, headers, this.#serving, this.#ports);
        if (answer.kind === "refused") return this.#refuse(answer.refusal);
        return this.#json(answer.json);
      }
    }
  }

  /** Our own fault: said without a word of what it was, and logged with it. */
  broken(error: unknown): void {
    const reason = error instanceof Error ? error.name : "unknown";
    this.#ports.log("error", "internal", { request: this.#id, reason });
    this.#refuse(refuse("internal", "The gateway failed on this request."));
  }

  async #turn(dialect: TextDialect, caller: Caller): Promise<void> {
    const startedAt = this.#ports.now();
    const body = await this.#body();
    if (body === undefined) return undefined;
    const { decode, snapshot } = this.#serving;
    const decoded = dialect.decode(body.value, this.#request.headers, decode);
    if (decoded.kind === "refused") return this.#refuse(decoded.refusal);
    const odd = refuseOddArguments(decoded.turn);
    if (odd !== undefined) return this.#refuse(odd);
    const found = routeFor(decoded.turn.model, caller, this.#serving);
    if (found.kind === "refused") return this.#refuse(found.refusal);
    const { route } = found;
    const maxOutput = decoded.turn.maxOutput ?? route.maxOutput;
    const { hasUsage, ...rest } = decoded.turn;
    // Written into the request: what is not bounded cannot be reserved.
    const turn = { ...rest, maxOutput };
    const full = this.#ports.full();
    if (full !== undefined) return this.#refuse(full);
    const asked = asksFor(turn, body.bytes, maxOutput);
    const price = dearestOf(route, caller);
    const reserved = this.#ports.limits.reserve({
      caller,
      alias: route.alias,
      ...asked,
      price,
      now: startedAt,
    });
    if (reserved.kind === "refused") return this.#refuse(reserved.refusal);
    const request = {
      id: this.#id,
      caller,
      dialect,
      turn,
      hasUsage,
      dropped: decoded.dropped,
      route,
      bodyBytes: body.bytes,
      startedAt,
      trace: traceOf(this.#request.headers),
    };
    this.#common();
    const out = outgoingOf(this.#response);
    const around = { snapshot, ports: this.#ports, out };
    try {
      await new TurnRun(request, reserved.reservation, asked, around).start();
    } catch (error) {
      // Our own fault must not keep from the key for ever what was set aside; what is settled by now stays so.
      this.#ports.limits.release(reserved.reservation);
      throw error;
    }
    return undefined;
  }

  async #held(ticket: string, caller: Caller): Promise<void> {
    const wantsBody = this.#request.method === "GET";
    const trace = traceOf(this.#request.headers);
    const visit = { ticket, id: this.#id, caller, trace, wantsBody };
    const answer = await answerHeld(visit, this.#serving, this.#ports);
    if (answer.kind === "refused") return this.#refuse(answer.refusal);
    if (answer.kind === "answered") return this.#send(answer.answer);
    const { request, reservation, asked } = answer;
    this.#common();
    const { snapshot } = this.#serving;
    const around = { snapshot, ports: this.#ports, out: outgoingOf(this.#response) };
    return new TurnRun(request, reservation, asked, around).start();
  }

  async #vectors(caller: Caller): Promise<void> {
    const body = await this.#body();
    if (body === undefined) return;
    this.#common();
    const answer = await serveEmbeddings(
      { id: this.#id, caller, body, headers: this.#request.headers, response: this.#response },
      this.#serving,
      this.#ports,
    );
    if (answer.kind === "refused") this.#refuse(answer.refusal);
    else this.#send({ status: 200, headers: answer.headers, body: answer.body });
  }

  /** The body as JSON; undefined when it was refused or the client left. */
  async #body(): Promise<{ readonly value: JsonObject; readonly bytes: number } | undefined> {
    const shed = this.#ports.shed();
    if (shed !== undefined) return this.#refuse(shed);
    const { expect } = this.#request.headers;
    const body = await readBody(
      this.#request,
      this.#inFlight,
      this.#serving.bodyMaxBytes,
      expect === undefined ? undefined : () => this.#response.writeContinue(),
    );
    if (body.kind === "left") return undefined;
    if (body.kind === "refused") return this.#refuse(body.refusal);
    const json = this.#ports.readJson(body.bytes);
    if (json.kind === "refused") return this.#refuse(json.refusal);
    return { value: json.value, bytes: body.bytes.length };
  }

  #refuse(refusal: Refusal): undefined {
    this.#ports.refused(refusal.code, spokenAt(this.#place));
    this.#send(this.#dialect().refusal(refusal, this.#id));
    return undefined;
  }

  /** The dialect that an error speaks: the place's own, or the one that the headers give away. */
  #dialect(): { readonly refusal: (refusal: Refusal, id: string) => RefusalAnswer } {
    const { dialects } = this.#ports;
    if (this.#place.kind === "turn") return dialects[this.#place.dialect];
    if (this.#place.kind === "embeddings") return dialects.embeddings;
    const isAnthropic = this.#request.headers["anthropic-version"] !== undefined;
    return isAnthropic ? dialects.messages : dialects.chat;
  }

  #common(): void {
    const { origin } = this.#request.headers;
    for (const [name, value] of Object.entries(corsHeaders(origin, this.#serving.edges))) {
      this.#response.setHeader(name, value);
    }
  }

  #json(body: string): void {
    this.#send({ status: 200, headers: { "content-type": "application/json" }, body });
  }

  #send({ status, headers, body }: RefusalAnswer): void {
    if (this.#response.headersSent || this.#response.destroyed) {
      this.#response.destroy();
      return;
    }
    this.#common();
    const isUnread = hasUnreadBody(this.#request);
    this.#response.writeHead(status, {
      "x-plimsoll-request-id": this.#id,
      "request-id": this.#id,
      // Where OpenAI's client looks for it; Anthropic's reads the one above.
      "x-request-id": this.#id,
      "content-length": Buffer.byteLength(body),
      ...headers,
      ...(isUnread ? { connection: "close" } : {}),
    });
    const told = this.#request.method === "HEAD" ? "" : body;
    if (isUnread) endPastBody(this.#request, this.#response, told);
    else this.#response.end(told);
  }
}

/** What a place speaks, from a closed set: metrics are told by it. */
function spokenAt(place: Place): string {
  if (place.kind === "turn") return place.dialect;
  return place.kind === "embeddings" ? "embeddings" : "none";
}

/** The key that a request shows: as a bearer or as Anthropic's clients do. */
function presentedIn(headers: IncomingHttpHeaders): string | undefined {
  const own = headers["x-api-key"];
  if (typeof own === "string") return own;
  const bearer = /^bearer +(\S+) *$/iu.exec(headers.authorization ?? "");
  return bearer?.[1] ?? headers.authorization;
}

/** The route of a name that this caller may ask for. */
export function routeFor(
  model: string,
  caller: Caller,
  { snapshot, closed }: Serving,
):
  | {
      readonly kind: "found";
      readonly route: NonNullable<ReturnType<Serving["snapshot"]["router"]["routeOf"]>>;
    }
  | { readonly kind: "refused"; readonly refusal: Refusal } {
  if (caller.models.length > 0 && !caller.models.includes(model)) {
    const refusal = refuse("not_allowed", "This key may not ask for this model.", {
      param: "model",
    });
    return { kind: "refused", refusal };
  }
  if (closed?.has(model) === true) {
    const refusal = refuse("admission_refused", "Policy does not let this model answer any more.", {
      param: "model",
    });
    return { kind: "refused", refusal };
  }
  const route = snapshot.router.routeOf(model);
  if (route?.upstreams.some(({ zone }) => zonesOf(caller).includes(zone)) === false) {
    const refusal = refuse("not_allowed", "This key may not ask the servers of this model.", {
      param: "model",
    });
    return { kind: "refused", refusal };
  }
  if (route !== undefined) return { kind: "found", route };
  const refusal = refuse("model_unknown", "There is no model of this name here.", {
    param: "model",
  });
  return { kind: "refused", refusal };
}
