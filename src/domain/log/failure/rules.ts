import { automake } from './build/automake.ts'
import { cmake } from './build/cmake.ts'
import { compilers } from './build/compilers.ts'
import { linker } from './build/linker.ts'
import { make } from './build/make.ts'
import { meson } from './build/meson.ts'
import { packaging } from './build/packaging.ts'
import { beam } from './languages/beam.ts'
import { behaviour } from './languages/behaviour.ts'
import { go } from './languages/go.ts'
import { haskell } from './languages/haskell.ts'
import { java } from './languages/java.ts'
import { lisp } from './languages/lisp.ts'
import { managed } from './languages/managed.ts'
import { nativeTests } from './languages/native-tests.ts'
import { nim } from './languages/nim.ts'
import { numeric } from './languages/numeric.ts'
import { ocaml } from './languages/ocaml.ts'
import { rust } from './languages/rust.ts'
import type { Rules } from './rule.ts'
import { javascript } from './scripting/javascript.ts'
import { lua } from './scripting/lua.ts'
import { perlTap } from './scripting/perl-tap.ts'
import { php } from './scripting/php.ts'
import { python } from './scripting/python.ts'
import { r } from './scripting/r.ts'
import { ruby } from './scripting/ruby.ts'
import { shell } from './scripting/shell.ts'
import { tcl } from './scripting/tcl.ts'
import { anyProgram } from './system/any-program.ts'
import { apt } from './system/apt.ts'
import { autopkgtest } from './system/autopkgtest.ts'
import { crash } from './system/crash.ts'
import { differences } from './system/differences.ts'
import { kernel } from './system/kernel.ts'
import { files } from './system/missing-files.ts'
import { network } from './system/network.ts'
import { resources } from './system/resources.ts'
import { services } from './system/services.ts'
import { timeouts } from './system/timeouts.ts'

/**
 * All kinds of output that are known; if several rules match a line, the one with the highest strength
 * counts.
 */
export const RULES: Rules = [
  ...[autopkgtest, crash, kernel, resources, timeouts, network, files, services, apt, differences],
  ...[meson, cmake, automake, packaging, compilers, linker, make],
  ...[
    python,
    perlTap,
    go,
    rust,
    javascript,
    ruby,
    php,
    java,
    r,
    tcl,
    haskell,
    ocaml,
    beam,
    lua,
    nim,
    numeric,
    lisp,
  ],
  ...[managed, nativeTests, behaviour, shell],
  anyProgram,
].flat()
