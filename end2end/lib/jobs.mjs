// Jobs that no page can make: rows, as a worker of another version or a damaged disk leaves them.

let made = 0;

/** Puts a job into the program's database; its id. `row` names what is not as usual. */
export function enqueue(program, row = {}) {
  made += 1;
  const now = Date.now() * 1000;
  // Ids sort by time, then by the number.
  const id = `${(now / 1000).toString(16).padStart(12, '0')}7000800000000000${made.toString(16).padStart(4, '0')}`;
  const columns = {
    id: { hex: id },
    queue: 'care',
    kind: 'polish',
    payload: '{}',
    lane: { hex: '0'.repeat(32) },
    turn: 0,
    begins_as: 'processing',
    state: 'pending',
    attempt: 0,
    max_attempts: 5,
    fence: 0,
    beat: 0,
    created_at: now,
    changed_at: now,
    ...row,
  };
  const values = Object.values(columns).map(literal);
  program.sql(`INSERT INTO jobs (${Object.keys(columns).join(', ')}) VALUES (${values.join(', ')})`);
  return id.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** Changes what a job is told to do. */
export function rewrite(program, id, payload) {
  program.sql(`UPDATE jobs SET payload = ${literal(payload)} WHERE id = ${literal({ hex: id.replaceAll('-', '') })}`);
}

/** One of everything, for a look: what failed in several ways, waits, is strange, and runs. */
export function enqueueEverything(program) {
  const now = Date.now() * 1000;
  const minutes = (n) => now - n * 60_000_000;
  const failed = (row) => enqueue(program, { state: 'failed', attempt: 5, started_at: minutes(9), ended_at: minutes(8), ...row });
  failed({
    kind: 'sweep-leftovers',
    trouble: 'hung',
    reason: 'still running after 1 h',
  });
  failed({
    kind: 'tidy-jobs',
    attempt: 1,
    trouble: 'unreadable',
    reason: 'what it was to do cannot be read: missing field `space` at line 1 column 41',
  });
  failed({
    kind: 'tidy-marks',
    trouble: 'failed',
    reason: `the database is not available: ${'could not connect to the server at db.example, port 5432; '.repeat(8)}gave up`,
  });
  enqueue(program, {
    kind: 'sweep-leftovers',
    attempt: 2,
    run_at: now + 3_600_000_000,
    trouble: 'lost',
    reason: 'its worker has not been heard of since',
  });
  enqueue(program, { kind: 'a-kind-of-job-from-a-version-that-is-not-here-yet' });
  enqueue(program, {
    state: 'processing',
    attempt: 1,
    worker: { hex: '0190'.repeat(8) },
    started_at: minutes(3),
    done: 431,
    total: 1_000,
    note: 'صور العائلة ٢٠٢٦.jpg',
  });
  enqueue(program, { state: 'cancelled', kind: 'tidy-jobs', ended_at: minutes(60 * 30) });
}

function literal(value) {
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return `'${value.replaceAll("'", "''")}'`;
  return `x'${value.hex}'`;
}
