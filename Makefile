# boxlab: eight programs, one Makefile.  "make help" is the menu.

BUILD	= build
WORK	=
CC	= cc
CFLAGS	= -O2 -g
LDFLAGS	=
WARN	= -Wall -Wextra -Wpedantic -Wshadow -Wmissing-prototypes \
	  -Wstrict-prototypes -Wvla
PKG_CONFIG = pkg-config
PREFIX	= /usr/local

# What is made of what.  A lab is its mechanism and its main.c; a mechanism is
# linked into the lab's own program and, unchanged, into box.
LABS	= 01_uts 02_pid 03_netns_veth 04_cgroup_mem 05_chroot_vs_pivot \
	  06_overlay_whiteout 07_caps_seccomp
MECH_01_uts		 = uts
MECH_02_pid		 = pid init
MECH_03_netns_veth	 = netns netns_name rtnl veth bridge addr
MECH_04_cgroup_mem	 = cgroup
MECH_05_chroot_vs_pivot	 = jail escape find
MECH_06_overlay_whiteout = overlay whiteout
MECH_07_caps_seccomp	 = caps seccomp
COMMON	= exit file icmp nsid run say size sync userns
BOX	= main

# Libraries.  What lacks one is left out, and the build says which.
have	= $(shell $(PKG_CONFIG) --exists $(1) && echo yes)
ifeq ($(call have,libbsd-overlay),yes)
BSD_CFLAGS := $(shell $(PKG_CONFIG) --cflags libbsd-overlay)
BSD_LIBS   := $(shell $(PKG_CONFIG) --libs libbsd-overlay)
PROGRAMS   := $(filter-out 03_netns_veth,$(LABS))
ifeq ($(call have,libmnl),yes)
MNL_LIBS   := $(shell $(PKG_CONFIG) --libs libmnl)
PROGRAMS   := $(LABS) box
else
MISSING	   := no libmnl: left out 03_netns_veth and box
endif
else
MISSING	   := no libbsd: left out everything
endif

.PHONY: all missing
all: missing $(PROGRAMS:%=$(BUILD)/bin/%)

missing:
	$(if $(MISSING),@echo "$(MISSING) (scripts/setup build)" >&2,@:)

# Objects.  A mechanism comes from WORK if the student has begun it, else from
# the reference; build/work remembers which WORK, so that a change relinks.
source	= $(firstword $(wildcard $(WORK:%=%/$(1))) labs/$(1))
object	= $(1:%.c=$(BUILD)/obj/%.o)
mech	= $(foreach m,$(MECH_$(1)),$(call object,$(call source,$(1)/$(m).c)))
COMMON_OBJS = $(COMMON:%=$(BUILD)/obj/common/%.o)
BOX_OBJS    = $(BOX:%=$(BUILD)/obj/labs/08_capstone/%.o)
MECH_OBJS   = $(foreach l,$(LABS),$(call mech,$(l)))
ALL_CFLAGS  = -std=c17 $(WARN) -Icommon $(LABS:%=-Ilabs/%) -I$(BUILD)/gen \
	      $(BSD_CFLAGS) $(CFLAGS)

$(shell mkdir -p $(BUILD) && { echo '$(WORK)' | cmp -s - $(BUILD)/work || \
	echo '$(WORK)' >$(BUILD)/work; })

$(BUILD)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# The labs.
define lab
$(BUILD)/bin/$(1): $$(call mech,$(1)) $(BUILD)/obj/labs/$(1)/main.o \
    $(COMMON_OBJS) $(BUILD)/work
	@mkdir -p $$(@D)
	$$(CC) $$(CFLAGS) $$(LDFLAGS) -o $$@ $$(filter %.o,$$^) \
	    $$(BSD_LIBS) $$(if $$(filter 03_%,$(1)),$$(MNL_LIBS))
endef
$(foreach l,$(LABS),$(eval $(call lab,$(l))))

# The capstone.
$(BUILD)/bin/box: $(BOX_OBJS) $(MECH_OBJS) $(COMMON_OBJS) $(BUILD)/work
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(filter %.o,$^) $(BSD_LIBS) $(MNL_LIBS)

-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)
