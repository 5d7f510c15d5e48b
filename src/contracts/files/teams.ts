import * as z from 'zod'
import { BadInput } from '../../domain/errors.ts'
import { isPackageName } from '../../domain/test/test.ts'

/** Packages by team, both in order. A package may have several teams. */
export type Teams = ReadonlyMap<string, readonly string[]>

const MOST_TEAMS = 2_000
const MOST_PACKAGES = 200_000
const LONGEST_NAME = 100

const FILE = z.record(z.string(), z.array(z.string()))

/**
 * `{team: [packages]}`, as Ubuntu's package subscriptions are published. Invalid package names are omitted;
 * throws BadInput if it is of another form, or larger than any real one.
 */
export function parseTeams(text: string): Teams {
  const { success, data } = FILE.safeParse(jsonIn(text))
  if (!success) throw new BadInput('it is not {"TEAM": ["PACKAGE", …]}')
  const teams = Object.entries(data)
  if (teams.length > MOST_TEAMS) throw new BadInput(`it has more than ${MOST_TEAMS} teams`)
  const packages = teams.reduce((sum, [, list]) => sum + list.length, 0)
  if (packages > MOST_PACKAGES) throw new BadInput(`its teams have more than ${MOST_PACKAGES} packages`)
  const odd = teams.find(([name]) => !isTeamName(name))
  if (odd !== undefined)
    throw new BadInput(`${JSON.stringify(odd[0].slice(0, LONGEST_NAME))} is no name of a team`)
  return new Map(
    teams
      .map(([name, list]) => [name, [...new Set(list.filter(isPackageName))].sort()] as const)
      .sort(([one], [other]) => (one < other ? -1 : 1)),
  )
}

/** Whether a name can be used in an address and on one line. */
const isTeamName = (name: string): boolean =>
  name.length > 0 &&
  name.length <= LONGEST_NAME &&
  name.isWellFormed() &&
  !/[/\p{Cc}\p{Zl}\p{Zp}]|^\s|\s$|^\.{1,2}$/u.test(name)

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new BadInput('it is not valid JSON')
  }
}
