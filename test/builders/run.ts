import type { Run } from '../../src/domain/run/run.ts'

let made = 0

/** A run id one minute after the previous one, unlike any other of this process. */
function aRunId(): string {
  made++
  const time = new Date(Date.UTC(2026, 8, 1, 10, made))
  return runIdAt(time, made)
}

function runIdAt(time: Date, seed: number): string {
  const digits = time.toISOString().replaceAll(/[-:]/g, '').slice(0, 15).replace('T', '_')
  return `${digits}_${seed.toString(16).padStart(5, '0').slice(-5)}@`
}

/**
 * A run described in a sentence: `aRun().of('hello').on('noble', 'amd64').failing()`. Each step returns another run
 * and leaves the previous one unchanged.
 */
export class RunBuilder implements Run {
  readonly release: string = 'noble'
  readonly arch: string = 'amd64'
  readonly package: string = 'hello'
  readonly runId: string = ''
  readonly version: string | null = '2.10-3'
  readonly triggers: string | null = 'hello/2.10-3'
  readonly duration: number | null = 71
  readonly exitcode: number | null = 0
  readonly requester: string | null = ''
  readonly env: string | null = ''

  /** Any columns, unchanged. */
  with(columns: Partial<Run>): RunBuilder {
    return Object.assign(new RunBuilder(), this, columns)
  }

  of(packageName: string, version?: string): RunBuilder {
    return this.with({ package: packageName, ...(version === undefined ? {} : { version }) })
  }

  on(release: string, arch: string): RunBuilder {
    return this.with({ release, arch })
  }

  /** `20260902_101112_abcde@` */
  named(runId: string): RunBuilder {
    return this.with({ runId })
  }

  /** An ISO time, to the second, UTC. */
  endedAt(time: string): RunBuilder {
    made++
    return this.named(runIdAt(new Date(time.endsWith('Z') ? time : `${time}Z`), made))
  }

  triggeredBy(...triggers: string[]): RunBuilder {
    return this.with({ triggers: triggers.join(' ') })
  }

  by(requester: string): RunBuilder {
    return this.with({ requester })
  }

  /** Seconds. */
  lasting(duration: number): RunBuilder {
    return this.with({ duration })
  }

  allProposed(): RunBuilder {
    return this.withEnv('all-proposed=1')
  }

  /** Of only one subtest. */
  ofTestname(name: string): RunBuilder {
    return this.withEnv(`testname=${name}`)
  }

  passing(): RunBuilder {
    return this.exiting(0)
  }

  failing(): RunBuilder {
    return this.exiting(4)
  }

  neutral(): RunBuilder {
    return this.exiting(8)
  }

  /** The testbed failed. */
  tmpfailing(): RunBuilder {
    return this.exiting(16)
  }

  /** As the worker records a test that is never run. */
  denylisted(): RunBuilder {
    return this.exiting(99).with({ version: 'blacklisted', duration: 0 })
  }

  exiting(exitcode: number): RunBuilder {
    return this.with({ exitcode })
  }

  private withEnv(part: string): RunBuilder {
    return this.with({ env: this.env ? `${this.env},${part}` : part })
  }
}

/** A passed run of hello 2.10-3 on noble/amd64, newer than those made before it. */
export function aRun(): RunBuilder {
  return new RunBuilder().named(aRunId())
}
