# nsmap.jq - what scripts/nsmap makes of the lists of other tools.
#
# jq -L scripts 'import "nsmap" as nsmap; nsmap::FUNCTION'
#
# processes and state make the JSON that --save writes, picture adds what is
# needed to show it, text and dot show it.  Names and command lines are other
# people's: what reaches a terminal or dot goes through plain or quote.

def kinds: ["mnt", "pid", "net", "uts", "ipc", "cgroup", "user", "time"];
def lines: split("\n")[] | select(. != "");
def plain: tostring | split("\u0000") | join("?")
  | gsub("[\u0001-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]"; "?");
def count($one; $many): if . == 1 then "1 \($one)" else "\(.) \($many)" end;

# --- reading ---------------------------------------------------------------

def ns_table: reduce (lines | capture("^/proc/(?<pid>[0-9]+)/ns (?<kind>[a-z]+)"
    + " [a-z]+:\\[(?<ns>[0-9]+)\\]$")) as $x
  ({}; .[$x.pid][$x.kind] = ($x.ns | tonumber));
# Of those that are not dead by then.
def number_table: reduce (lines
    | capture("^/proc/(?<pid>[0-9]+)/status:(?<it>State|NSpid):(?<all>.*)$"))
    as $x
  ({}; if $x.it == "State" then .[$x.pid] = ($x.all | test("[ZX]") | not)
    elif .[$x.pid] == true then
      .[$x.pid] = [$x.all | scan("[0-9]+") | tonumber]
    else . end)
  | with_entries(select(.value | type == "array"));
def group_table: reduce (lines | capture("^/proc/(?<pid>[0-9]+)/cgroup:"
    + "[0-9]+:[^:]*:(?<path>.*)$")) as $x
  ({}; if (.[$x.pid] // []) | index([$x.path]) then .
    else .[$x.pid] += [$x.path] end);
def ps_list: [lines | capture("^ *(?<pid>[0-9]+) +(?<ppid>[0-9]+)"
    + " +(?<uid>[0-9]+)"
    + " +(?<stat>[^ ]+) +(?<vsz>[0-9]+) +(?<user>[^ ]+) *(?<args>.*)$")
  | .pid |= tonumber | .ppid |= tonumber | .uid |= tonumber];

# Whose ancestor is $self: the tools that do the asking.
def is_own($parents; $self):
  [.pid | limit(200; recurse($parents[tostring] // empty; . > 0))]
  | index($self) != null;

def processes:
  $ARGS.named as $a
  | ($a.ns | ns_table) as $ns | ($a.nspid | number_table) as $numbers
  | ($a.cgroup | group_table) as $groups
  | [$a.ps | ps_list[]
    | select($numbers[.pid | tostring] and (.stat | startswith("Z") | not))]
  | (map({key: .pid | tostring, value: .ppid}) | from_entries) as $parents
  # Only kernel threads have no memory of their own.
  | {kernel: map(select(.vsz == "0")) | length,
    here: $ns[$a.self | tostring],
    all: map(select(.vsz != "0")
      | select(is_own($parents; $a.self) | not))}
  | .processes = [.all[] | . + {ns: $ns[.pid | tostring],
      numbers: $numbers[.pid | tostring],
      groups: ($groups[.pid | tostring] // [])}
    | select(.ns.mnt and .ns.net) | del(.stat, .vsz)]
  | .hidden = (.all | length) - (.processes | length) | del(.all);

# Namespaces to look into, and through whom: "network 4026531833 self".
def places:
  . as $it | (["mounts", "mnt"], ["network", "net"]) as [$what, $kind]
  | "\($what) \($it.here[$kind]) self",
    ([.processes[] | select(.ns[$kind] != $it.here[$kind])]
    | group_by(.ns[$kind])[]
    | "\($what) \(.[0].ns[$kind]) \(map(.pid) | min)");

# What other files say of each namespace: its kind in the name, then a number.
def networks($files; $names):
  [$files[] | select(.file | endswith(".links")) | .ns as $ns
  | {ns: $ns, names: [$names[] | select(.ns == $ns) | .name],
    links: [.it[] | select(.ifname)],
    ids: ([$files[] | select(.ns == $ns)
      | if .file | endswith(".ids") then .it.namespaces[]?
        | select(.netnsid // "" | tostring | test("^[0-9]+$"))
        | {key: .netnsid | tostring, value: (.ns | tonumber)}
      elif .file | endswith(".names") then .it[] | select(.id)
        | .name as $name | {key: .id | tostring,
          value: first($names[] | select(.name == $name).ns)}
      else empty end] | from_entries)}];

def limit_of: if . == "max" or . == "-1" then null else tonumber end
  | if . != null and . > 9e18 then null else . end;
def take($file; $value):
  if $file | test("^memory\\.(max|limit_in_bytes)$") then
    .memory.limit = ($value | limit_of)
  elif $file | test("^memory\\.") then .memory.used = ($value | tonumber)
  elif $file == "pids.max" then .pids.limit = ($value | limit_of)
  elif $file == "pids.current" then .pids.used = ($value | tonumber)
  elif $file == "cpu.max" then
    ($value | split(" ")) as [$quota, $period]
    | .cpu = {quota: ($quota | limit_of), period: ($period | tonumber)}
  elif $file == "cpu.cfs_quota_us" then .cpu.quota = ($value | limit_of)
  else .cpu.period = ($value | tonumber) end;

# The same path in the trees of several controllers is one group here.
def groups($hierarchies):
  $ARGS.named as $a
  | ($hierarchies | sort_by(-(.target | length))) as $h
  | def at: . as $dir | first($h[] | . as $one
    | select($dir == .target or ($dir | startswith($one.target + "/")))
    | (.fsroot | rtrimstr("/")) + $dir[($one.target | length):]
    | if . == "" then "/" else . end);
  reduce ($a.groups | lines) as $dir ({};
    ($dir | at) as $path | .[$path].path = $path)
  | reduce ($a.values | lines | capture("^(?<dir>/.*)/(?<file>[a-z_.]+):"
      + "(?<value>[0-9a-z -]+)$")) as $x (.;
    ($x.dir | at) as $path | .[$path].path = $path
    | .[$path] |= take($x.file; $x.value))
  | [.[]];

def state:
  $ARGS.named as $a
  | [inputs | {it: ., file: (input_filename | sub("^.*/"; ""))}
    | .ns = (.file | split(".")[1] | tonumber)] as $files
  | [$a.names | lines | capture("^(?<ns>[0-9]+) (?<name>.*)$")
    | .ns |= tonumber] as $names
  | [$a.hierarchies[].filesystems[]?] as $h
  | {nsmap: 1, boot: $a.boot, uid: ($a.uid | tonumber)} + $a.p[0]
  + {namespaces: [$a.lsns[].namespaces[]?
      | with_entries(.value |= (tonumber? // .))],
    networks: networks($files; $names),
    mounts: [$files[] | select(.file | startswith("mnt."))
      | {ns, mounts: .it.filesystems}],
    hierarchies: $h, groups: groups($h)}
  | .notes = ([$a.notes | lines] + if .hidden == 0 then [] else
    ["processes that this user may not look at: \(.hidden)"] end);

def check: if .nsmap == 1 and .processes then . else error("not a state") end;
def has: [.processes[].pid] | index($ARGS.named.pid) != null;

# --- what is shown ---------------------------------------------------------

def letters: if . < 26 then [65 + .] | implode
  else ((. / 26 | floor) - 1 | letters) + (. % 26 | letters) end;
def key: [.ns[kinds[]]];

# Sets of namespaces, "here" first; and each process knows the name of its own.
def with_sets:
  ({ns: .here} | key) as $own
  | ([$own] + ([.processes | group_by(key)[]] | sort_by(.[0].pid)
    | map(.[0] | key) | map(select(. != $own)))) as $ordered
  | ($ordered | to_entries | map({key: .value | tojson,
    value: (if .key == 0 then "here" else .key - 1 | letters end)})
    | from_entries) as $name
  | .processes |= map(.set = $name[key | tojson])
  | .processes as $p
  | .sets = [$ordered[] | $name[tojson] as $n
    | {name: $n, ns: ([kinds, .] | transpose
      | map({key: .[0], value: .[1]}) | from_entries),
      pids: [$p[] | select(.set == $n) | .pid]}];

# Who uses a namespace: "here", or the sets, or the name that keeps it.
def place($it; $kind; $ns):
  if $ns == $it.here[$kind] then "here" else
    [$it.sets[] | select(.ns[$kind] == $ns) | .name] as $users
    | if $users != [] then $users | join("+") else
      [$it.networks[] | select($kind == "net" and .ns == $ns)
        | .names[]] | first // "nobody" end
  end;

def addresses: [.addr_info[]? | select(.scope != "link" and .local)
  | "\(.local)/\(.prefixlen)"];

# Each end of a cable knows the number of the other, and in its own numbers of
# namespaces the one where that is.
def ends: . as $it | [.networks[] | .ns as $ns | .ids as $ids | .links[]
  | select(.linkinfo.info_kind == "veth")
  | {ns: $ns, place: place($it; "net"; $ns), name: .ifname, index: .ifindex,
    peer: .link_index, local: .link, addresses: addresses,
    master: .master, state: .operstate,
    at: (if .link_netnsid == null then null
      else $ids[.link_netnsid | tostring] end)}];
def cables: ends as $ends | [$ends[] | . as $e
  | {a: $e, b: first(($ends[] | select(if $e.local
      then .ns == $e.ns and .name == $e.local
      else .ns != $e.ns and .index == $e.peer and .peer == $e.index
        and ($e.at == null or $e.at == .ns)
        and (.at == null or .at == $e.ns) end)), null)}
  | if .b and ([.b.place != "here", .b.ns, .b.index]
      < [.a.place != "here", .a.ns, .a.index])
    then {a: .b, b: .a} else . end]
  | unique_by([.a.ns, .a.index]);
def bridges: . as $it | [.networks[] | .ns as $ns | .links as $links | .links[]
  | select(.linkinfo.info_kind == "bridge") | .ifname as $name
  | {ns: $ns, place: place($it; "net"; $ns), name: $name,
    state: .operstate, addresses: addresses,
    ports: [$links[] | select(.master == $name) | .ifname]}];
# What is neither: of the boxes only, for "here" has many.
def other_links: . as $it | [.networks[] | .ns as $ns
  | select($ns != $it.here.net) | .links[]
  | select(.linkinfo.info_kind | IN("veth", "bridge") | not)
  | {ns: $ns, place: place($it; "net"; $ns), name: .ifname,
    state: .operstate, addresses: addresses}];

def layers:
  (.options | split(",(?=(lowerdir|upperdir|workdir|datadir|redirect_dir|"
    + "index|uuid|nfs_export|xino|metacopy|verity|volatile|fsync|"
    + "userxattr|override_creds)[+]?(=|,|$))"; "g")) as $options
  | def value($name): $options[] | select(startswith($name))
    | .[($name | length):];
  def clean: gsub("\\\\(?<c>.)"; "\(.c)");
  {upper: (first(value("upperdir=")) // null | if . then clean else . end),
    work: (first(value("workdir=")) // null | if . then clean else . end),
    lower: [(value("lowerdir=") | scan("(?:\\\\.|[^:\\\\])+")),
      value("lowerdir+=") | clean]};
def overlays: . as $it
  | def of($m): $m.mounts[]? | select(.fstype == "overlay")
    | {ns: $m.ns, place: place($it; "mnt"; $m.ns), target, id} + layers;
  [.mounts[] | select(.ns == $it.here.mnt) | of(.)] as $here
  | $here + [.mounts[] | select(.ns != $it.here.mnt) | of(.)
    | . as $o | select([$here[] | .target == $o.target
      and .lower == $o.lower and .upper == $o.upper] | any | not)];

def size: if . == null then "?" else
  [[40, "T"], [30, "G"], [20, "M"], [10, "K"]] as $units | . as $n
  | first(($units[] | . as [$bits, $unit] | pow(2; $bits) as $u
    | select($n >= $u) | $n / $u
    | if . == floor then "\(.)\($unit)"
      else "\(. * 10 | floor | . / 10)\($unit)" end), "\($n)") end;
def limits: [
  (if .memory.limit then
    "memory \(.memory.limit | size) (\(.memory.used | size) used)"
    else empty end),
  (if .pids.limit then "pids \(.pids.limit) (\(.pids.used // "?") used)"
    else empty end),
  (if .cpu.quota then
    "cpu \(.cpu.quota / (.cpu.period // 100000) * 100 | floor | . / 100)"
    else empty end)];
def shown_groups: . as $it | [.groups[] | .path as $path
  | .sets = ([$it.processes[] | select(.groups | index([$path])) | .set]
    | unique)
  | .limits = limits
  | .members = [$it.processes[] | select(.groups | index([$path])) | .pid]
  | select(.limits != [] or $path != "/" and (.sets - ["here"]) != [])];

# Processes in the order of a tree, each with its depth.
def tree($chosen):
  ($chosen | map({key: .pid | tostring, value: 1}) | from_entries) as $in
  | ($chosen | group_by(.ppid) | map({key: .[0].ppid | tostring, value: .})
    | from_entries) as $below
  | def down($depth): ., ($below[.pid | tostring] // [] | .[]
    | .depth = $depth | down($depth + 1));
  [$chosen[] | select($in[.ppid | tostring] | not) | .depth = 0 | down(1)];

# --- what came and what went -----------------------------------------------

# Numbers of namespaces are used again.  One that has none of its former
# processes is another.
def users: reduce (.processes[] | .pid as $pid | .ns | to_entries[]
  | {key: "\(.key):\(.value)", pid: $pid}) as $x ({}; .[$x.key] += [$x.pid]);
def replaced($before): users as $now
  | [.here | to_entries[] | "\(.key):\(.value)"] as $own
  | [$before | users | to_entries[]
    | select($now[.key] and (.value - $now[.key]) == .value) | .key] - $own;

def layer_lines: (if .upper then "upper \(.upper)" else empty end),
  (.lower[] | "lower \(.)");
# Things: what makes each the same, its line, and lines below that.
def things($replaced; $mark): with_sets as $it
  | def id($kind; $ns): "\($kind):[\($ns)]"
    + if "\($kind):\($ns)" | IN($replaced[]) then $mark else "" end;
  def where($kind; $ns): place($it; $kind; $ns)
    | if . == "here" then "in \(.)" else "in \($kind):[\($ns)]" end;
  ($it.processes[] | {type: "process", pid, key: [.pid, id("pid"; .ns.pid)],
    line: "\(.numbers | join("/"))  \(.args)"}),
  ($it | users | keys[] | split(":") as [$kind, $ns]
    | {type: "namespace", ns: id($kind; $ns), key: id($kind; $ns),
      line: "\($kind):[\($ns)]"}),
  ($it.networks[] | .ns as $ns | .names[]
    | {type: "name", key: ., line: "\(.) is net:[\($ns)]"}),
  ($it.networks[] | .ns as $ns | .links[]
    | {type: "link", ns: $ns, name: .ifname,
      key: [id("net"; $ns), .ifname, .ifindex],
      line: ([.ifname, (.linkinfo.info_kind // empty),
        where("net"; $ns), addresses[]] | join("  "))}),
  ($it.mounts[] | .ns as $ns | .mounts[]? | {type: "mount", ns: $ns,
    within: id("mnt"; $ns), fstype, key: [id("mnt"; $ns), .id, .target],
    line: "\(.fstype) on \(.target) \(where("mnt"; $ns))",
    more: [select(.fstype == "overlay") | layers | layer_lines]}),
  ($it.groups[] | {type: "group", key: .path,
    line: ([.path, (limits | join(", ") | select(. != ""))]
      | join("  "))});

# All mounts of a namespace that is new are new: name those that matter.
def sum_mounts($known):
  map(select(.type != "mount")) + ([.[] | select(.type == "mount")]
  | group_by(.ns) | map(if .[0].within | IN($known[]) then .[] else
    (.[] | select(.fstype == "overlay")),
    ([.[] | select(.fstype != "overlay")] | select(. != []) | .[0]
      + {more: [], line: ("\(length | count("mount"; "mounts")) in"
        + " mnt:[\(.[0].ns)]")})
    end));
def minus($other): ($other | map({key: [.type, .key] | tojson, value: 1})
  | from_entries) as $in
  | map(select($in[[.type, .key] | tojson] | not))
  | sum_mounts([$other[] | select(.type == "namespace") | .ns]);

def order: {process: 0, namespace: 1, name: 2, link: 3, mount: 4, group: 5};
def compare($before):
  if .boot != $before.boot or .here.pid != $before.here.pid then
    error("of another machine") else . end
  | replaced($before) as $replaced
  | [things($replaced; " new")] as $now
  | [$before | things($replaced; "")] as $past
  | {came: ($now | minus($past)), went: ($past | minus($now))}
  | map_values(sort_by(order[.type]));

# A drawing of a difference shows what came.
def only($came):
  def came($type): [$came[] | select(.type == $type)];
  [came("process")[].pid] as $pids
  | [came("link")[] | [.ns, .name]] as $links
  | [came("group")[].key] as $groups
  | .processes |= map(select(.pid | IN($pids[])))
  | .sets |= [.[0], (.[1:][] | select(.pids - $pids != .pids))]
  | .networks |= map(.ns as $ns
    | .links |= map(select([$ns, .ifname] | IN($links[]))))
  | .groups |= map(select(.path | IN($groups[])))
  | [.sets[].ns.mnt] as $in
  | .mounts |= map(select(.ns | IN($in[])));

# Those sets that the processes asked for are in.
def narrow($pids):
  [.processes[] | select(.pid | IN($pids[])) | .set] as $names
  | [.sets[] | select(.name | IN($names[])) | .ns] as $ns
  | .wanted = $pids
  | .sets |= [.[] | select(.name == "here" or (.name | IN($names[])))]
  | [.processes[] | select(.set != "here" and (.set | IN($names[])))
    | .pid, .ppid] as $members
  | .processes |= map(select(.pid | IN($pids[], $members[])))
  | . as $it
  | ([.networks[] | select(.ns | IN($ns[].net))]
    | [.[] | .ns as $n | .links[] | [$n, .ifindex]]) as $near
  | .mounts |= map(select(.ns | IN($ns[].mnt)))
  | .networks |= map(if .ns | IN($ns[].net) then . else .names = [] end)
  | ([.processes[].groups[]] | unique) as $paths
  | .groups |= map(select(.path | IN($paths[])))
  | [cables[] | select(([.a, .b] | map(select(.) | [.ns, .index]))
    - $near != ([.a, .b] | map(select(.) | [.ns, .index])))] as $cables
  | [$cables[] | .a, .b | select(.) | [.ns, .name], [.ns, .master]] as $keep
  | .networks |= map(.ns as $n | .links |= map(select(
    ($n | IN($ns[].net)) and $n != $it.here.net
    or ([$n, .ifname] | IN($keep[])))));

def picture:
  $ARGS.named as $a | with_sets
  | if $a.before[0] then
    compare($a.before[0]) as $d | .difference = $d | only($d.came)
  else . end
  | if $a.pids != [] then narrow($a.pids) else . end;

def processes_of: length | count("process"; "processes");

# --- text ------------------------------------------------------------------

def pad($n): if length < $n then . + " " * ($n - length) else . end;
# Lines of 80 columns: what goes on is indented by $n.
def fold($n): plain | sub(" +$"; "") | if length <= 80 then . else
  .[:80] as $line
  | ($line | [match(" (?=[^ ])"; "g").offset] | last // 0) as $space
  | (if $space > $n + 20 then $space else 80 end) as $cut
  | .[:$cut], (" " * $n + (.[$cut:] | ltrimstr(" ")) | fold($n)) end;
def row($title; $n): "  " + ($title | pad($n)) + "  " + . | fold($n + 4);
def cut: plain | sub(" +$"; "") | if length > 80 then .[:79] + ">" else . end;

def text_sets: . as $it
  | "namespaces",
  ("\(.sets[0].pids | processes_of) in \([.here[]] | length)"
    + " namespaces; and \(.kernel) threads of the kernel"
    | row("here"; 4)),
  (.here | . as $h | [kinds[] | select($h[.]) | "\(.):[\($h[.])]"]
    | join(" ") | row(""; 4)),
  (.sets[1:][] | . as $set
    | "\(.pids | processes_of) in \([kinds[]
      | select($set.ns[.] != $it.here[.])] | length) not from here"
    | (row($set.name; 4)),
    ([kinds[] as $k | $set.ns[$k] | select(. and . != $it.here[$k])
      | . as $ns | "\($k):[\($ns)]" + ([$it.sets[]
        | select(.name != $set.name and .ns[$k] == $ns) | .name]
        | if . == [] then "" else " as " + join("+") end)]
      | join(" ") | row(""; 4)));

def text_tree: . as $it
  | (.wanted // []) as $wanted
  | [.processes[] | select(.set != "here" or (.pid | IN($wanted[])))]
  | . as $inside
  | ([$inside[].ppid] | unique) as $parents
  | [$it.processes[] | select(.set == "here"
    and (.pid | IN($parents[], $wanted[])))]
    + [$inside[] | select(.set != "here")]
  | unique_by(.pid)
  | select(. != [])
  | (map(.numbers | join("/") | length) | max | if . > 24 then 24 else . end)
    as $n
  | "", "processes: their numbers, outermost level first",
  (tree(.)[] | "  " + (.set | pad(4)) + "  "
    + (.numbers | join("/") | pad($n)) + "  "
    + "  " * ([.depth, 10] | min) + .args | cut);

def at_end: "\(.name) (\(.place), \(.index))"
  + if .addresses == [] then "" else " " + (.addresses | join(" ")) end;
def text_network:
  [(cables[] | .b as $b | .a | at_end + if $b then " ===== \($b | at_end)"
      else " ===== an end that is not in sight" end
    | row("cable"; 6)),
  (bridges[] | "\(.name) (\(.place))"
    + if .addresses == [] then "" else " " + (.addresses | join(" ")) end
    + if .ports == [] then ", no ports"
      else ", ports: " + (.ports | join(" ")) end
    | row("bridge"; 6)),
  (other_links[] | "\(.name) (\(.place)) \(.state | ascii_downcase) "
    + (.addresses | join(" ")) | row("link"; 6)),
  (.networks[] | .ns as $ns | .names[] | "\(.) is net:[\($ns)]"
    | row("name"; 6))]
  | select(. != []) | "", "network", .[];

def text_overlays: [overlays[]
  | ("  " + (.place | pad(4)) + "  " + .target | fold(8)),
  (if .upper then "      upper  \(.upper)" else empty end),
  (.lower[] | "      lower  \(.)"),
  (if .work then "      work   \(.work)" else empty end) | fold(13)]
  | select(. != []) | "", "overlays", .[];

def version: [.hierarchies[] | .fstype] | unique
  | if . == ["cgroup"] then "v1" elif . == ["cgroup2"] then "v2"
    elif . == [] then "none" else "v1 and v2, hybrid" end;
def text_groups: version as $version
  | [shown_groups[] | (.path + "  " + (.sets | join(" "))
    | "  " + . | fold(4)),
    (.limits | if . == [] then ["no limit"] else . end
      | join(", ") | "      " + . | fold(6))]
  | select(. != []) | "", "cgroups (\($version))", .[];

def text_thing: ("  " + (.type | pad(9)) + "  " + .line
  | if test("^  process") then cut else fold(13) end),
  (.more[]? | "             " + . | fold(19));
def text_changes: .difference
  | if .came + .went == [] then "nothing came and nothing went" else
    (["came", .came], ["went", .went]) | select(.[1] != [])
    | .[0], (.[1][] | text_thing) end;

def text:
  (if .difference then text_changes else
    text_sets, text_tree, text_network, text_overlays, text_groups end),
  (.notes | if . == [] then empty else "", .[] end | fold(4));

# --- dot -------------------------------------------------------------------

def quote: plain
  | gsub("\\\\"; "\\\\") | gsub("\""; "\\\"") | gsub("&"; "&amp;")
  | "\"" + . + "\"";
# Lines of a label, to the left.
def caption: map(plain | if length > 60 then .[:59] + ">" else . end
    | quote | .[1:-1])
  | map(. + "\\l") | "\"" + join("") + "\"";
# Of a long path the end says more: it keeps the first word, "upper".
def tail: if length > 58 then .[:6] + "..." + .[-49:] else . end;
def pid_node: "\"p\(.)\"";
def link_node: "l\(.ns) \(.name)" | quote;
def node($id; $title; $more): "\($id) [label=\($title)\($more)];";

def dot_set: . as $set | "subgraph cluster_\(.name) {",
  "label=\(.label); style=filled; color=\(.color); fillcolor=\(.color);",
  (.processes[] | node(.pid | pid_node;
    ["\(.numbers | join("/"))  \(.args)"] | caption; ", fillcolor=white")),
  .nodes[], "}";

def dot: . as $it
  | [cables[]] as $cables | [bridges[]] as $bridges
  | [$cables[] | .a, .b | select(.)] as $ends
  | [.processes[] | select(.set != "here").ppid] as $parents
  | def first_of($kind; $ns): first($it.sets[] | select(.ns[$kind] == $ns)
    | .name) // "name";
  def nodes_of($name):
    ($ends[] | select(first_of("net"; .ns) == $name)
      | node(link_node; [.name + ", link \(.index)", .addresses[]]
        | caption; ", shape=cds, fillcolor=\"#ffe9b3\"")),
    ($bridges[] | select(first_of("net"; .ns) == $name)
      | node(link_node; ["bridge \(.name)", .addresses[]] | caption;
        ", shape=component, fillcolor=\"#ffe9b3\"")),
    ($it | other_links[] | select(first_of("net"; .ns) == $name)
      | node(link_node; [.name, .addresses[]] | caption;
        ", shape=cds, fillcolor=white")),
    ($it | overlays[] | select(first_of("mnt"; .ns) == $name)
      | node("o\(.ns) \(.id)" | quote; ["overlay on \(.target)",
        (layer_lines | tail)] | caption;
        ", shape=box3d, fillcolor=\"#d8efd3\""));
  "digraph nsmap {",
  "graph [rankdir=LR, fontname=\"sans-serif\", compound=true];",
  "node [shape=box, style=filled, fillcolor=white, fontsize=11,"
    + " fontname=\"sans-serif\"];",
  "edge [fontname=\"sans-serif\", fontsize=10];",
  (.sets[] | . as $set | .name as $name
    | {name: $name, nodes: [nodes_of($name)],
      color: (if $name == "here" then "\"#eeeeee\""
        else "\"#dbe7f5\"" end),
      processes: [$it.processes[] | select(.set == $name
        and ($name != "here" or (.pid | IN($parents[]))))],
      label: ([if $name == "here" then
          "here: \($it.sets[0].pids | processes_of)"
        else "\($name): \(.pids | processes_of)",
          (kinds[] as $k | .ns[$k]
            | select(. and . != $it.here[$k])
            | "\($k):[\(.)]") end] | caption)}
    | dot_set),
  (["subgraph cluster_name {", "label=\"kept by name\"; color=gray;",
    nodes_of("name"), "}"] | select(length > 3) | .[]),
  ([.processes[].pid] as $known | .processes[]
    | select(.set != "here" and (.ppid | IN($known[])))
    | "\(.ppid | pid_node) -> \(.pid | pid_node);"),
  ($cables[] | select(.b) | "\(.a | link_node) -> \(.b | link_node)"
    + " [dir=none, penwidth=3, color=\"#c27a00\", label=cable];"),
  ($bridges[] | . as $b | .ports[] | {ns: $b.ns, name: .}
    | select([.ns, .name] | IN($ends[] | [.ns, .name]))
    | "\($b | link_node) -> \(link_node) [dir=none, color=\"#c27a00\"];"),
  (shown_groups[] | ("g" + .path | quote) as $id
    | node($id; ["cgroup \(.path)", .limits[]] | caption;
      ", shape=folder, fillcolor=\"#f6d5d5\""),
    (. as $g | [$it.sets[] | select(.name != "here")
      | first(.pids[] | select(IN($g.members[])))][]
      | "\($id) -> \(pid_node) [style=dashed, arrowhead=none];")),
  (.notes | if . == [] then empty else
    node("notes"; caption; ", shape=note") end),
  (.difference // {went: []} | .went | if . == [] then empty else
    node("went"; ["gone:", (.[] | "\(.type) \(.line)")] | caption;
      ", shape=note, fontcolor=gray") end),
  "}";
