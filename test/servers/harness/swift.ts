import { randomUUID } from 'node:crypto'
import { type ServerControl, startKept } from './keeper.ts'
import { reservePorts } from './ports.ts'

/** How to reach one project of a private Swift, which asks a private Keystone who one is. */
export interface SwiftFacts {
  /** For `[swift] os_auth_url`; ends in `/v3`. */
  authUrl: string
  username: string
  password: string
  projectName: string
  projectDomainName: string
  userDomainName: string
  region: string
  /** The project's account, `http://…/v1/AUTH_…`, for `[swift] storage_url`: what a stranger uses. */
  storageUrl: string
  /** Of Keystone's user and project `admin`. */
  adminPassword: string
}

/** Starts a Swift and Keystone of their own, for tests that kill them. Tokens last `tokenSeconds` (3600). */
export async function startSwift(
  options: { tokenSeconds?: number } = {},
): Promise<SwiftFacts & ServerControl> {
  const port = await reservePorts()
  const tokens = options.tokenSeconds === undefined ? [] : ['--token-seconds', options.tokenSeconds]
  const [settings, control] = await startKept('swift.sh', [port, '--keystone', port + 5, ...tokens])
  return {
    authUrl: settings('OS_AUTH_URL'),
    username: settings('OS_USERNAME'),
    password: settings('OS_PASSWORD'),
    projectName: settings('OS_PROJECT_NAME'),
    projectDomainName: settings('OS_PROJECT_DOMAIN_NAME'),
    userDomainName: settings('OS_USER_DOMAIN_NAME'),
    region: settings('OS_REGION_NAME'),
    storageUrl: settings('SWIFT_STORAGE_URL'),
    adminPassword: settings('KEYSTONE_ADMIN_PASSWORD'),
    ...control,
  }
}

/** Makes a project with a user of its own, and so an account without containers. It goes with the server. */
export async function makeProject(server: SwiftFacts): Promise<SwiftFacts> {
  const name = `test-${randomUUID()}`
  const password = randomUUID()
  const token = await getToken({
    ...server,
    username: 'admin',
    password: server.adminPassword,
    projectName: 'admin',
  })
  const call = async (method: string, path: string, body?: unknown) => {
    const answer = await fetch(`${server.authUrl}/${path}`, {
      method,
      headers: { 'x-auth-token': token, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`Keystone: ${method} ${path}: ${answer.status} ${text}`)
    return text === '' ? {} : JSON.parse(text)
  }
  const { project } = await call('POST', 'projects', { project: { name, domain_id: 'default' } })
  const { user } = await call('POST', 'users', { user: { name, password, domain_id: 'default' } })
  const { roles } = await call('GET', 'roles?name=member')
  await call('PUT', `projects/${project.id}/users/${user.id}/roles/${roles[0].id}`)
  const storageUrl = server.storageUrl.replace(/AUTH_.*$/, `AUTH_${project.id}`)
  return { ...server, username: name, password, projectName: name, storageUrl }
}

/** Logs in and returns a token (https://docs.openstack.org/api-ref/identity/v3/#password-authentication-with-scoped-authorization). */
export async function getToken(facts: SwiftFacts): Promise<string> {
  const { username, password, projectName, userDomainName, projectDomainName } = facts
  const user = { name: username, password, domain: { name: userDomainName } }
  const project = { name: projectName, domain: { name: projectDomainName } }
  const auth = { identity: { methods: ['password'], password: { user } }, scope: { project } }
  const answer = await fetch(`${facts.authUrl}/auth/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ auth }),
  })
  const token = answer.headers.get('x-subject-token')
  if (!token) throw new Error(`Keystone: ${answer.status} ${await answer.text()}`)
  return token
}
