import type { Rules } from '../rule.ts'

export const network: Rules = [
  {
    words: [
      'could not resolve host',
      'name or service not known',
      'temporary failure in name',
      'no address associated',
      'nodename nor servname',
      'getaddrinfo',
      'unknown host',
      'name resolution',
      'unable to resolve host address',
    ],
    is: /[Cc]ould not resolve|[Nn]ame or service not known|[Tt]emporary failure in name|[Nn]o address associated|getaddrinfo(?: \w+)?: |getaddrinfo (?:failed|E[A-Z])|[Uu]nknown host\b|[Uu]nable to resolve host address/,
    unless: /^sudo: /,
    kind: 'network',
    strength: 'detail',
  },
  {
    words: [
      'network is unreachable',
      'no route to host',
      'host is unreachable',
      'failed to connect to',
      'unable to connect',
      'could not connect',
      "couldn't connect",
      'unable to access',
      'connection timed out',
    ],
    is: /[Nn]etwork is unreachable|[Nn]o route to host|[Hh]ost is unreachable|[Ff]ailed to connect to|[Uu]nable to (?:connect|access)|[Cc]ould ?n(?:o|')t connect|[Cc]onnection timed out/,
    unless: /[Cc]onnection refused/,
    kind: 'network',
    strength: 'error',
  },
  {
    words: ['ssl certificate problem', 'certificate verify failed', 'ssl routines', 'handshake failure'],
    is: /certificate problem|certificate verify failed|handshake failure/i,
    kind: 'network',
    strength: 'detail',
  },
  {
    words: [
      'the requested url returned error',
      'could not find a version that satisfies',
      'no matching distribution found',
      'error: could not install',
    ],
    is: /requested URL returned error|Could not find a version that satisfies|No matching distribution|Could not install packages/,
    kind: 'network',
    strength: 'error',
  },
  // messages of other programs after a server is gone
  {
    words: ['connection refused', 'connection reset', 'econnrefused', 'broken pipe', 'connection closed'],
    is: /[Cc]onnection (?:refused|reset|closed)|ECONNREFUSED|[Bb]roken pipe/,
    kind: 'network',
    strength: 'hint',
  },
]
