/** Hostile messages of a listener that was let in: what it subscribes to, and the tokens it renews with. */
import { systemId } from "../support/house.js"
import { casesOf, type Case } from "./case.js"
import { knock, talk } from "./players.js"
import { ordinaryLimits } from "./site.js"

type Row = readonly [name: string, message: string, refusal: string]

const refusedAs = (code: string): string => `42 stream.refused ${code}`
const notAList = refusedAs("subscription_invalid")
const notText = refusedAs("topic_not_text")
const unknown = refusedAs("topic_unknown")

const subscribing = (argument: string): string => `42["subscribeIsolated",${argument}]`
const topics = (list: string): string => subscribing(`{"topics":${list}}`)
const many = (count: number, each: string): string => `[${Array.from({ length: count }, () => each).join()}]`

const lists: readonly Row[] = [
  ["nothing", '42["subscribeIsolated"]', notAList],
  ["null", subscribing("null"), notAList],
  ["text", subscribing('"*"'), notAList],
  ["an array in place of an object", subscribing('["*"]'), notAList],
  ["topics that are text", topics('"device.*"'), notAList],
  ["topics that are an object like an array", topics('{"0":"*","length":1}'), notAList],
  ["topics under __proto__", subscribing('{"__proto__":{"topics":["*"]}}'), notAList],
  [
    "topics under constructor.prototype",
    subscribing('{"constructor":{"prototype":{"topics":["*"]}}}'),
    notAList,
  ],
  ["an object with a length of 4294967295", subscribing('{"topics":{"length":4294967295}}'), notAList],
  ["more arguments than there are", subscribing('null,{"topics":["*"]}'), notAList],
]
const beginning = (after: string): string => subscribing(`{"topics":["*"],"cursors":7,"after":${after}}`)
const noBeginning = refusedAs("after_invalid")
const noCursor = refusedAs("cursor_malformed")
const beginnings: readonly Row[] = [
  ["a number", beginning("7"), noBeginning],
  ["an array of the earliest", beginning('["earliest"]'), noBeginning],
  ["more events than are counted", beginning('{"last":1e999}'), noBeginning],
  ["fewer events than none", beginning('{"last":-1}'), noBeginning],
  ["a time under __proto__", beginning('{"__proto__":{"time":1}}'), noBeginning],
  ["a time that is half a number", beginning('{"time":0.5}'), noBeginning],
  ["a cursor in an object", beginning('{"cursor":"1.x.1"}'), noBeginning],
  ["a cursor of 90,000 characters", beginning(`"1.${"x".repeat(90_000)}.1"`), noCursor],
  ["a cursor below 0", beginning('"1.x.-1"'), noCursor],
  ["a cursor beyond all numbers", beginning('"1.x.zzzzzzzzzzz"'), noCursor],
  ["a cursor with a lone surrogate", beginning('"1.\\ud800.1"'), noCursor],
  [
    "an interval of no time",
    subscribing('{"topics":["stream.position"],"every":0}'),
    refusedAs("interval_invalid"),
  ],
  [
    "an interval of all time",
    subscribing('{"topics":["stream.position"],"every":1e999}'),
    refusedAs("interval_invalid"),
  ],
]
const words: readonly Row[] = [
  ["a number", topics("[7]"), notText],
  ["null as a topic", topics("[null]"), notText],
  ["an object with toString", topics('[{"toString":"*"}]'), notText],
  ["an array of the topic", topics('[["*"]]'), notText],
  ["topics nested ten thousand deep", topics("[".repeat(10_000) + "]".repeat(10_000)), notText],
  ["__proto__", topics('["__proto__"]'), unknown],
  ["constructor", topics('["constructor"]'), unknown],
  ["toString", topics('["toString"]'), unknown],
  ["__proto__.*", topics('["__proto__.*"]'), unknown],
  ["an empty topic", topics('[""]'), unknown],
  [".*", topics('[".*"]'), unknown],
  ["**", topics('["**"]'), unknown],
  ["a regular expression", topics('["(device.*)+$"]'), unknown],
  ["a lone surrogate", topics('["\\ud800"]'), unknown],
  ["a NUL after a good topic", topics('["liveEvent\\u0000"]'), unknown],
  ["a topic in other letters", topics('["LIVEEVENT"]'), unknown],
  ["a topic with a soft hyphen", topics('["live\\u00adEvent"]'), unknown],
  ["another system's inner topic", topics(`["system.${systemId}.entity.cloudnode.created"]`), unknown],
  ["a name of 90,000 characters", topics(`["${"x".repeat(90_000)}"]`), unknown],
  ["a name of 90,000 stars", topics(`["${"*".repeat(90_000)}"]`), unknown],
  ["20,000 topics", topics(many(20_000, '"*"')), refusedAs("too_many_topics")],
  [
    "as many topics as may be, none of them one",
    topics(many(ordinaryLimits.topicsPerMessage!, '""')),
    unknown,
  ],
]
const renewing = (argument: string): string => `42["renewedToken",${argument}]`
const renewals: readonly Row[] = [
  ["nothing", '42["renewedToken"]', "42 invalidToken token_missing"],
  ["a token beside an object", renewing('"token"'), "42 invalidToken token_missing"],
  ["a token that is an array", renewing('{"token":["x"]}'), "42 invalidToken token_missing"],
  ["a token that is a number", renewing('{"token":1e999}'), "42 invalidToken token_missing"],
  ["a token under __proto__", renewing('{"__proto__":{"token":"x"}}'), "42 invalidToken token_missing"],
  [
    "a token of 90,000 characters",
    renewing(`{"token":"${"x".repeat(90_000)}"}`),
    "42 invalidToken token_malformed",
  ],
  [
    "a token of lone surrogates",
    renewing('{"token":"\\ud800.\\ud800.\\ud800"}'),
    "42 invalidToken token_malformed",
  ],
]
const names: readonly Row[] = [
  ["a message that there is not", '42["shutdown"]', "ignored"],
  ["a message named __proto__", '42["__proto__",1]', "ignored"],
  ["a message named error", '42["error",{"message":"x"}]', "ignored"],
  ["a message of the server's own", '42["stream.gap",{"from":1,"to":2}]', "ignored"],
  ["an event of its own making", '42["device.input.dps.opened",{"occurred":1}]', "ignored"],
  ["a message named data", '42["data",1]', "ignored"],
]

/** What stands in `auth` of CONNECT in place of a token. */
const auths: readonly Row[] = [
  ["nothing", "40", "44 token_missing"],
  ["a number", '40{"token":7}', "44 token_malformed"],
  ["an array of a token", '40{"token":["a.b.c"]}', "44 token_malformed"],
  ["an object that says it is text", '40{"token":{"toString":"a.b.c","length":3}}', "44 token_malformed"],
  ["true", '40{"token":true}', "44 token_malformed"],
  ["a token in unicode", '40{"token":"é.🚪.\\ud800"}', "44 token_malformed"],
  ["a token under __proto__", '40{"__proto__":{"token":"a.b.c"}}', "44 token_missing"],
  ["a token of 90,000 characters", `40{"token":"${"x".repeat(90_000)}"}`, "44 token_malformed"],
  [
    "a token nested ten thousand deep",
    `40{"token":${"[".repeat(10_000)}${"]".repeat(10_000)}}`,
    "44 token_malformed",
  ],
]

const said = (kind: string, revision: 3 | 4, rows: readonly Row[]): readonly Case[] =>
  casesOf(
    kind,
    rows.map(([name, message, outcome]) => [name, (site) => talk(site, revision, [message]), outcome]),
  )

export const messageCases: readonly Case[] = [
  ...said("a subscription", 3, lists),
  ...said("a beginning", 4, beginnings),
  ...said("a subscription", 4, words),
  ...said("a renewal", 3, renewals),
  ...said("a message", 4, names),
  ...casesOf(
    "a token in auth",
    auths.map(([name, connect, outcome]) => [name, (site) => knock(site, "EIO=4", connect), outcome]),
  ),
]
