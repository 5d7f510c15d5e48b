import type { Random } from './random.ts'

/** Real packages that nearly everything depends on, those that trigger most first. */
const HOT =
  `glibc perl python3-defaults systemd openssl linux gcc-14 python3.12 dpkg apt binutils curl sqlite3
zlib util-linux dbus gnutls28 libxml2 cmake ruby3.2 ruby-defaults nodejs php8.3 php-defaults r-base openjdk-21 numpy
scipy pandas python-urllib3 requests pytest setuptools cython boost-defaults icu glib2.0 gtk+3.0
qtbase-opensource-src mesa postgresql-16 mariadb docker.io golang-1.22 rustc llvm-toolchain-18 ghc ocaml krb5 samba
libreoffice network-manager netplan.io lxc snapd cloud-init initramfs-tools`.split(/\s+/)

const WORDS =
  `acl aes agent alloc anchor apple array async atlas audio auth avatar backup barrier base batch bean
binary bird bloom book bridge buffer build cache canvas card cascade chain char chart check chrome cipher circle clean
client clock cloud color column comet config copper core cosmos crypt cube curve daemon data date deep delta device
dialog diff disk docs domain draw dream drive dust echo edge editor elm email engine entity event extra fast feather
field file filter finger fire flag flask flow font forest form frame fuse gate geo ghost git glass graph grid guard
hash hello helix host html http hub icon image index inline input ion iron jack jet json kernel key kit label lambda
language lazy leaf ledger lens level light line link list live local lock log loop lua magic mail map mark mask matrix
media memory menu merge mesh meta micro mime mind mini mirror mock model moon music native net node note numeric oauth
object ocean option orbit order oxide pack page paint panel parse patch path pattern pearl phase pixel plain plot
pocket point pool port press prime print probe process proto proxy pulse query queue quick radio rain range raster
rate raw reader real record reflect regex relay render request ring river root route rule sail sample scan schema
scope script secret session shape shell shift sign silver simple sketch sky slice smart snow socket solar sound space
spark spec spring stack star state steel stone store storm stream string style sun swift sync table task template term
text theme thread tide time tiny token tool topic torch trace tree tunnel type unit url util vector version view vine
virtual wave web wheel wind window wire wood word work xml yaml zen zip zone`.split(/\s+/)

/** Patterns of source package names, with how many of a thousand follow them. */
const FORMS: readonly (readonly [share: number, form: (a: string, b: string, n: number) => string])[] = [
  [180, (a, b) => `${a}${b}`],
  [120, a => a],
  [90, (a, b) => `${a}-${b}`],
  [150, (a, b) => `lib${a}-${b}-perl`],
  [80, (a, b, n) => `lib${a}${b}${n > 4 ? n : ''}`],
  [110, (a, b) => `python-${a}-${b}`],
  [40, (a, b) => `python-${a}${b}`],
  [70, (a, b) => `golang-github-${a}-${b}`],
  [50, (a, b) => `node-${a}-${b}`],
  [30, (a, b) => `ruby-${a}-${b}`],
  [30, (a, b) => `rust-${a}-${b}`],
  [20, (a, b) => `haskell-${a}-${b}`],
  [15, (a, b) => `r-cran-${a}.${b}`],
  [8, (a, b) => `php-${a}-${b}`],
  [5, (a, b) => `${a}++${b}`],
  [2, (a, _, n) => `${a}${n}.${n}-${n}`],
]

/** A number of different package names, the given ones first. */
export function packageNames(random: Random, count: number, first: readonly string[] = HOT): string[] {
  const forms = FORMS.flatMap(([share, form]) => Array.from({ length: share }, () => form))
  const names = new Set(first.slice(0, count))
  while (names.size < count) {
    names.add(random.pick(forms)(random.pick(WORDS), random.pick(WORDS), random.below(10)))
  }
  return [...names]
}

const FIRST =
  'ada bea cai dov eli fay gus hal ivy jan kit lou mia ned ola pia quin ray sol tam uma val wes xan'.split(
    ' ',
  )
const LAST = 'birch cedar elm fir hazel juniper larch maple nutmeg oak pine rowan spruce teak willow'.split(
  ' ',
)

/** Nicknames of people who ask for tests, the busiest first. */
export function nicknames(random: Random, count: number): string[] {
  const all = FIRST.flatMap(first => LAST.map(last => `${first}-${last}`))
  for (let place = all.length - 1; place > 0; place--) {
    const other = random.below(place + 1)
    ;[all[place], all[other]] = [all[other] as string, all[place] as string]
  }
  return all.slice(0, count).map((name, place) => (place === 3 ? `${name}+bot` : name))
}
