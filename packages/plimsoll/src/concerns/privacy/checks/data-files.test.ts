import { tinyLlama, writeParquet } from "@plimsoll/formats/kit";

import { checkCases } from "../../../testing/check-cases.ts";
import check from "./data-files.ts";

const tables = { level: "note" as const, key: "tables" };
const columns = (file: string) => ({ level: "caution" as const, key: "columns", file });

const parquet = (names: readonly string[], least: readonly string[] = []) =>
  writeParquet({ columns: names.map((name) => ({ name })), rows: 12, least });

/** More than the texts that are searched whole. */
const LONG = 16_777_217;

checkCases(check, {
  caught: [
    {
      name: "names of columns in Parquet",
      files: { "train.parquet": parquet(["id", "dateOfBirth", "text"]) },
      finds: [tables, columns("train.parquet")],
    },
    {
      name: "a table with a header",
      files: { "a.csv": "id;Vorname;Nachname\n1;x;y\n", "b.tsv": "name\tage\tcity\tx\n" },
      finds: [tables, columns("a.csv"), columns("b.tsv")],
    },
    {
      name: "objects on lines, one in another",
      files: { "a.jsonl": '{"id":1,"user":{"email":"x"}}\n' },
      finds: [tables, columns("a.jsonl")],
    },
    {
      name: "a list of objects",
      files: { "train.json": `[${'{"身份证号":"x","a":"}{"},'.repeat(5_000)}{}]` },
      finds: [tables, columns("train.json")],
    },
    {
      name: "a least value in Parquet",
      files: { "a.parquet": parquet(["text"], ["5555 3412 4444 1115 visa card"]) },
      finds: [tables, { level: "caution", key: "values" }],
    },
    {
      name: "a table that is only searched in part",
      files: {
        "a.csv": `text\n${"call +49 151 23456789 now\n".padEnd(64, "-")}`.padEnd(LONG, "-"),
      },
      finds: [tables, { level: "caution", key: "values" }],
    },
    {
      name: "forms whose columns are not read",
      files: { "a.arrow": "ARROW1", "b.csv.gz": "x" },
      finds: [tables],
    },
  ],
  clean: [
    {
      name: "weights alone",
      files: { "m.gguf": tinyLlama() },
      finds: [],
      verdict: "not-applicable",
    },
    {
      name: "settings, word pieces and sentences' modules",
      files: {
        "config.json": "{}",
        "vocab.json": `{"email":1,${'"x":1,'.repeat(20_000)}"y":2}`,
        "trainer_log.jsonl": '{"email":1}\n',
        "modules.json": '[{"idx":0,"name":"0","path":"","type":"x"}]',
      },
      finds: [],
      verdict: "not-applicable",
    },
    {
      name: "columns about texts and scores",
      files: {
        "a.parquet": parquet(
          ["prompt", "response", "score", "name", "email_id_hash_free"].slice(0, 4),
        ),
        "results.csv": "epoch,steps,cosine_pearson\n0,1,0.5\n",
        "cv.tsv": "client\tpath\tsentence\tage\tgender\n",
        "phones.csv": "phone,duration\nAH,0.1\n",
      },
      finds: [tables],
    },
    {
      name: "a table without names",
      files: { "a.csv": "0.5,1.5\n", "b.jsonl": "[1,2]\n" },
      finds: [tables],
    },
  ],
  hostile: [
    {
      name: "a Parquet file that is none",
      files: { "a.parquet": "not a table" },
      finds: [tables],
      verdict: "unknown",
    },
    {
      name: "a Parquet file that breaks off",
      files: { "a.parquet": parquet(["email"]).slice(0, -9) },
      finds: [tables],
      verdict: "unknown",
    },
    {
      name: "a first line of a megabyte",
      files: { "a.csv": `email,${"x,".repeat(500_000)}` },
      finds: [tables],
      verdict: "clear",
    },
    {
      name: "objects within objects",
      files: { "a.jsonl": '{"a":'.repeat(10_000) },
      finds: [tables],
      verdict: "clear",
    },
  ],
});
