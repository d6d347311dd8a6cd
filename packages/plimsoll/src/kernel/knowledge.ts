/** Facts kept as data under `knowledge/`, each with its source and the date it was read. */
export interface Knowledge {
  /**
   * Reads one file of facts by name, once, through its schema.
   * @throws PlimsollError `knowledge-invalid` when the file is missing or its schema refuses it.
   */
  read<T>(name: string, parse: (raw: unknown) => T): T;
}
