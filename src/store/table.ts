import type Database from "better-sqlite3";

/** A value that SQLite keeps as it is. */
export type Sql = string | number | null;

/** How each column follows from the facts. */
type Columns<Facts> = Record<string, (facts: Facts) => Sql>;

/** A row as it is read: the value of each column has the type with which it was written. */
export type RowOf<C> = { id: number } & { [K in keyof C]: C[K] extends (facts: never) => infer V ? V : never };

export type Query<Facts> = { one(...values: Sql[]): Facts | null; all(...values: Sql[]): Facts[] };

export type Table<New, Facts> = {
  insert(facts: New): Facts;
  /** @throws Error when there is no such row */
  update(facts: Facts): void;
  get(id: number): Facts | null;
  /** Rows by a condition, with what follows it (`task_id = ? ORDER BY id`). */
  where(condition: string): Query<Facts>;
};

/** A table whose rows are facts with an id. The column names are the keys of `columns`. */
export function openTable<New, Facts extends New & { id: number }, C extends Columns<New>>(
  db: Database.Database,
  name: string,
  columns: C,
  ofRow: (row: RowOf<C>) => Facts,
): Table<New, Facts> {
  const names = Object.keys(columns);
  const valuesOf = (facts: New): Sql[] => Object.values(columns).map((column) => column(facts));
  const inserting = db.prepare<Sql[], RowOf<C>>(
    `INSERT INTO ${name} (${names.join(", ")}) VALUES (${names.map(() => "?").join(", ")}) RETURNING *`,
  );
  const updating = db.prepare<Sql[]>(
    `UPDATE ${name} SET ${names.map((column) => `${column} = ?`).join(", ")} WHERE id = ?`,
  );
  const where = (condition: string): Query<Facts> => {
    const query = db.prepare<Sql[], RowOf<C>>(`SELECT * FROM ${name} WHERE ${condition}`);
    return {
      one: (...values) => {
        const row = query.get(...values);
        return row === undefined ? null : ofRow(row);
      },
      all: (...values) => query.all(...values).map(ofRow),
    };
  };
  const byId = where("id = ?");
  return {
    insert: (facts) => {
      const row = inserting.get(...valuesOf(facts));
      if (row === undefined) throw new Error(`${name}: the new row did not come back`);
      return ofRow(row);
    },
    update: (facts) => {
      if (updating.run(...valuesOf(facts), facts.id).changes !== 1) throw new Error(`${name} has no row ${facts.id}`);
    },
    get: (id) => byId.one(id),
    where,
  };
}
