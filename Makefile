# boxlab: eight programs, one Makefile.  "make help" is the menu.

BUILD	= build
WORK	=
LAB	=
LAYOUT	=
CC	= cc
CFLAGS	= -O2 -g
LDFLAGS	=
WARN	= -Wall -Wextra -Wpedantic -Wshadow -Wmissing-prototypes \
	  -Wstrict-prototypes -Wvla
PKG_CONFIG = pkg-config
PREFIX	= /usr/local

# What is made of what.  A lab is its mechanism and, as PROG, the program that
# shows it; a mechanism is linked into that and, unchanged, into box.
LABS	= 01_uts 02_pid 03_netns_veth 04_cgroup_mem 05_chroot_vs_pivot \
	  06_overlay_whiteout 07_caps_seccomp
MECH_01_uts		 = uts
MECH_02_pid		 = pid init
MECH_03_netns_veth	 = netns netns_name message rtnl veth bridge addr \
			   link_view
MECH_04_cgroup_mem	 = hierarchy controllers delegate cgroup join knobs \
			   memory freezer kill
MECH_05_chroot_vs_pivot	 = jail escape find
MECH_06_overlay_whiteout = overlay overlay_name whiteout translate oci_name \
			   diff flatten copy tree
MECH_07_caps_seccomp	 = caps caps_name seccomp filter emit disasm reach \
			   syscalls
PROG_01_uts		 = main demo
PROG_02_pid		 = main box demo
PROG_03_netns_veth	 = main boxes box janitor links demo demo_cable \
			   demo_bridge
PROG_04_cgroup_mem	 = main demo group guard scenes use
PROG_05_chroot_vs_pivot	 = main box demo list
PROG_06_overlay_whiteout = main box demo dir scenes scratch view
PROG_07_caps_seccomp	 = main demo status
COMMON	= exit file icmp nsid run say size sync userns
BOX	= cmd cmd_ps cmd_rm cmd_run command container explain image inside \
	  limit list main monitor mounts network options options_container \
	  options_limits options_privilege options_process options_world \
	  policy rootfs seccomp_default seccomp_table state sweep terminal \
	  user volumes

# Libraries.  What lacks one is left out, and the build says which.
have	= $(shell $(PKG_CONFIG) --exists $(1) 2>/dev/null && echo yes)
ifeq ($(call have,libbsd-overlay),yes)
BSD_CFLAGS := $(shell $(PKG_CONFIG) --cflags libbsd-overlay)
BSD_LIBS    = $(shell $(PKG_CONFIG) --libs libbsd-overlay)
PROGRAMS   := $(LABS) box
else
MISSING	   := no libbsd: left out everything
endif

# A box starts sooner if there is nothing to load: where all of its libraries
# come as archives too, it is static.  The sanitizers cannot be.
ARCHIVES   := libc.a libbsd.a libmd.a rcrt1.o
FOUND	    = $(filter /%,$(foreach a,$(ARCHIVES),\
	      $(shell $(CC) -print-file-name=$(a))))
STATIC	    = $(strip $(if $(findstring -fsanitize,$(CFLAGS)),,\
	      $(filter 4,$(words $(FOUND)))))
BOX_LIBS    = $(if $(STATIC),-static-pie -lbsd -lmd,$(BSD_LIBS))

.PHONY: all missing
all: missing $(PROGRAMS:%=$(BUILD)/bin/%) $(BUILD)/images/busybox

missing:
	$(if $(MISSING),@echo "$(MISSING) (scripts/setup build)" >&2,@:)

# Objects.  A mechanism comes from WORK if the student has begun it, else from
# the reference; build/mechanisms remembers which, so that a change relinks.
ifneq ($(wildcard $(WORK:%=%/.)),$(WORK:%=%/.))
$(error WORK=$(WORK): no such directory)
endif
source	= $(firstword $(WORK:%=$(wildcard $(abspath $(WORK))/$(1))) labs/$(1))
object	= $(1:%.c=$(BUILD)/obj/%.o)
mech	= $(foreach m,$(MECH_$(1)),$(call object,$(call source,$(1)/$(m).c)))
COMMON_OBJS = $(COMMON:%=$(BUILD)/obj/common/%.o)
BOX_OBJS    = $(foreach b,$(BOX),\
	      $(call object,$(call source,08_capstone/$(b).c)))
MECH_OBJS   = $(foreach l,$(LABS),$(call mech,$(l)))
ALL_CFLAGS  = -std=c17 -fPIE $(WARN) -Icommon $(LABS:%=-Ilabs/%) \
	      -Ilabs/08_capstone -I$(BUILD)/gen $(BSD_CFLAGS) $(CFLAGS)

$(BUILD)/mechanisms: FORCE
	@mkdir -p $(@D)
	@echo $(MECH_OBJS) | cmp -s - $@ || echo $(MECH_OBJS) >$@

FORCE:

$(BUILD)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# Generated.  The system calls that this machine's headers know.
$(BUILD)/gen/syscall_names.inc: scripts/syscall-names
	@mkdir -p $(@D)
	scripts/syscall-names $(CC) $(CFLAGS) >$@.new
	@mv $@.new $@
$(sort $(BUILD)/obj/labs/07_caps_seccomp/syscalls.o \
    $(filter %/syscalls.o,$(MECH_OBJS))): | $(BUILD)/gen/syscall_names.inc

# Generated.  The default filter of box, compiled here and not at each start;
# by the reference, so that it exists while a student's compiler does not.
FILTER_OBJS = $(MECH_07_caps_seccomp:%=$(BUILD)/obj/labs/07_caps_seccomp/%.o) \
	      $(BUILD)/obj/labs/08_capstone/seccomp_table.o \
	      $(BUILD)/obj/labs/08_capstone/seccomp_gen.o
$(BUILD)/gen/seccomp_default.inc: $(FILTER_OBJS)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $(BUILD)/gen/seccomp_gen $^ $(BSD_LIBS)
	$(BUILD)/gen/seccomp_gen >$@.new
	@mv $@.new $@
$(BUILD)/obj/labs/08_capstone/seccomp_default.o: | \
    $(BUILD)/gen/seccomp_default.inc

# Generated.  Where each function begins, for box run --explain.
BOX_SOURCES = $(foreach l,$(LABS),$(foreach m,$(MECH_$(l)),\
	      $(call source,$(l)/$(m).c))) $(COMMON:%=common/%.c) \
	      $(foreach b,$(BOX),$(call source,08_capstone/$(b).c))
$(BUILD)/gen/functions.inc: scripts/function-lines $(BOX_SOURCES) \
    $(BUILD)/mechanisms
	@mkdir -p $(@D)
	scripts/function-lines $(BOX_SOURCES) >$@.new
	@mv $@.new $@
$(BUILD)/obj/labs/08_capstone/explain.o: $(BUILD)/gen/functions.inc

# The labs.
define lab
$(BUILD)/bin/$(1): $$(call mech,$(1)) \
    $(PROG_$(1):%=$(BUILD)/obj/labs/$(1)/%.o) $(COMMON_OBJS) $(BUILD)/mechanisms
	@mkdir -p $$(@D)
	$$(CC) $$(CFLAGS) $$(LDFLAGS) -o $$@ $$(filter %.o,$$^) \
	    $$(BSD_LIBS)
endef
$(foreach l,$(LABS),$(eval $(call lab,$(l))))

# The capstone.
$(BUILD)/bin/box: $(BOX_OBJS) $(MECH_OBJS) $(COMMON_OBJS) $(BUILD)/mechanisms
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(filter %.o,$^) \
	    $(BOX_LIBS)

# The image that box runs if it is given no other.
$(BUILD)/images/busybox: scripts/make-rootfs
	@if scripts/make-rootfs -b >/dev/null 2>&1; then \
		scripts/make-rootfs -f $@; \
	else \
		echo "no static busybox: left out the image" \
		    "(scripts/setup build)" >&2; \
	fi

# The programs that tests run: a lab's functions from the command line, probes
# for a box, which are static so that any image runs them, and single calls.
TEST_PROGRAMS = $(basename $(notdir $(wildcard tests/programs/*.c)))
TESTED	= message_driver cgroup_driver caps_driver seccomp_driver filtered
OBJS_message_driver = $(call mech,03_netns_veth)
OBJS_cgroup_driver  = $(call mech,04_cgroup_mem)
OBJS_caps_driver    = $(call mech,07_caps_seccomp)
OBJS_seccomp_driver = $(call mech,07_caps_seccomp)
OBJS_filtered	    = $(call mech,07_caps_seccomp) \
		      $(filter %/seccomp_table.o,$(BOX_OBJS)) \
		      $(filter %/seccomp_default.o,$(BOX_OBJS))
define driver
$(BUILD)/tests/$(1): $(BUILD)/obj/tests/programs/$(1).o $$(OBJS_$(1)) \
    $(COMMON_OBJS) $(BUILD)/mechanisms
	@mkdir -p $$(@D)
	$$(CC) $$(CFLAGS) $$(LDFLAGS) -o $$@ $$(filter %.o,$$^) \
	    $$(BSD_LIBS)
endef
$(foreach d,$(TESTED),$(eval $(call driver,$(d))))

ALONE_box_overwrite = -nostdlib -static-pie -fPIE -fno-stack-protector
ALONE_box_probe	    = -static
ALONE	= $(filter-out $(TESTED),$(TEST_PROGRAMS))
$(ALONE:%=$(BUILD)/tests/%): $(BUILD)/tests/%: tests/programs/%.c \
    | $(BUILD)/gen/syscall_names.inc
	@mkdir -p $(@D)
	@$(CC) -O1 $(WARN) -I$(BUILD)/gen $(ALONE_$*) -o $@ $< || \
		echo "left out $@" >&2

.PHONY: test-programs
test-programs: $(TEST_PROGRAMS:%=$(BUILD)/tests/%) $(BUILD)/bin/lesson
	@:

# The engine of lessons that run: no program of the course's, but a tool.
LESSON	= adapt block buf compare console doc engine list live loop main marks \
	  needs outer paint pattern play prose record session shell test ui \
	  vote walk walk_block walk_keys walk_prose
$(BUILD)/bin/lesson: $(LESSON:%=$(BUILD)/obj/scripts/lesson/%.o) \
    $(COMMON_OBJS)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(BSD_LIBS) -lutil

.PHONY: engine
engine: $(BUILD)/bin/lesson
	@:

# The value of a variable, for scripts/lint.
print-%:
	@echo $($*)

-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)

# What people run.  The line after ## is the menu's.
.PHONY: help demo test start grade watch walk lessons book mutants vm test-vm \
    lint asan bench shell install clean
help:		## this menu
	@echo "make: build the labs and box; or make and one of:"
	@sed -n 's/^\([a-z-]*\):.*## /    \1	/p' Makefile

demo:		## run a container, and see each mechanism at work
	@scripts/setup build
	@$(MAKE) --no-print-directory all
	@BOXLAB_BIN="$(abspath $(BUILD)/bin)" scripts/demo

test:		## run the tests, as root and as a plain user
	@scripts/setup build test
	@$(MAKE) --no-print-directory all test-programs
	@BOXLAB_BIN="$(abspath $(BUILD)/bin)" scripts/test

start:		## copy what there is to write to work/ (LAB=03: of one)
	@scripts/start $(WORK:%=--work "%") $(LAB)

grade:		## points for what you wrote in work/ (LAB=03; WORK=dir)
	@scripts/setup build test grade
	@$(MAKE) --no-print-directory WORK= all test-programs
	@scripts/grade $(WORK:%=--work "%") $(LAB)

watch:		## grade a lab at every save (LAB=03)
	@scripts/setup build test grade watch
	@scripts/watch $(WORK:%=--work "%") $(LAB)

walk:		## a lesson before a class, its commands run live (LAB=03)
	@scripts/setup build lesson
	@$(MAKE) --no-print-directory all engine
	@[ -n "$(LAB)" ] || { echo "walk: which lab? (LAB=03)" >&2; exit 125; }
	@$(BUILD)/bin/lesson walk labs/$(LAB)*/README.md

lessons:	## run the commands in the labs' lessons, and compare
	@scripts/setup build
	@$(MAKE) --no-print-directory all engine
	@grep -lE '^ {0,3}(```+|~~~+) *console( |$$)' labs/*/README.md | \
	    xargs $(BUILD)/bin/lesson test -s

book:		## the course as pages to read, in build/book
	@scripts/setup build book
	@scripts/setup player || :
	@$(MAKE) --no-print-directory all engine
	@BOXLAB_BIN="$(abspath $(BUILD)/bin)" scripts/book/build

mutants:	## grade the grader, with mistakes that learners make
	@scripts/setup build test grade
	@$(MAKE) --no-print-directory WORK= all test-programs
	@scripts/mutants

vm:		## a machine of your own: root, its own kernel, nothing to break
	@scripts/setup build test vm
	@$(MAKE) --no-print-directory all test-programs
	@BOXLAB_BIN="$(abspath $(BUILD)/bin)" scripts/vm \
	    $(WORK:%=--work "%")

test-vm:	## run the tests in such machines (LAYOUT=v2)
	@scripts/setup build test vm
	@$(MAKE) --no-print-directory all test-programs
	@scripts/vm-kernel >/dev/null
	@BOXLAB_BIN="$(abspath $(BUILD)/bin)" scripts/test-vm \
	    $(LAYOUT:%=-c %)

lint:		## check the code with every tool there is
	@scripts/setup build dev
	@scripts/lint

# A leak check stops all threads from a helper process, by ptrace(2) and /proc.
# In a PID namespace whose /proc is another's it cannot, so it is off.
SANITIZE = -fsanitize=address,undefined -fno-sanitize-recover=undefined
asan:		## run the tests of labs and box with ASan and UBSan
	@scripts/setup build test dev
	@$(MAKE) --no-print-directory BUILD=$(BUILD)/asan \
	    CFLAGS="-O1 -g -fno-omit-frame-pointer $(SANITIZE)" \
	    all test-programs
	@ASAN_OPTIONS=detect_leaks=0 UBSAN_OPTIONS=print_stacktrace=1 \
	    BOXLAB_BIN="$(abspath $(BUILD)/asan/bin)" \
	    scripts/test tests/[0-9]*.bats

bench: all	## measure the start of a box against other runners
	@scripts/setup build dev
	@scripts/bench

shell: all	## a shell that knows the labs and box
	@echo "On PATH now: $(notdir $(PROGRAMS)).  Leave with exit."
	@PATH="$(abspath $(BUILD)/bin):$$PATH" $${SHELL:-sh}

install: all	## install under PREFIX (/usr/local), below DESTDIR
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/boxlab \
	    $(DESTDIR)$(PREFIX)/share/man/man1 \
	    $(DESTDIR)$(PREFIX)/share/man/man7
	install $(PROGRAMS:%=$(BUILD)/bin/%) $(DESTDIR)$(PREFIX)/bin
	cp -R $(BUILD)/images $(DESTDIR)$(PREFIX)/share/boxlab
	install -m 644 docs/man/*.1 $(DESTDIR)$(PREFIX)/share/man/man1
	install -m 644 docs/man/*.7 $(DESTDIR)$(PREFIX)/share/man/man7

clean:		## remove all that was built
	rm -rf $(BUILD)
