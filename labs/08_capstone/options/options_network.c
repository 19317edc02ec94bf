/* options_network.c - the options of "box run" about its network. */

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <ctype.h>
#include <err.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "exit.h"
#include "options.h"
#include "ports.h"

static void
set_network(const char *text, void *to)
{
	static const struct {
		const char *name;
		enum network kind;
	} kinds[] = {
		{ "bridge", NETWORK_BRIDGE },
		{ "none", NETWORK_NONE },
		{ "host", NETWORK_HOST },
		{ "pasta", NETWORK_PASTA },
	};
	static const char container[] = "container:";
	struct config *config = to;
	const char *name = text + sizeof(container) - 1;

	if (strncmp(text, container, sizeof(container) - 1) == 0 &&
	    name[0] != '\0' && name[0] != '.' && strchr(name, '/') == NULL) {
		config->network = NETWORK_CONTAINER;
		config->network_of = name;
		return;
	}
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(text, kinds[i].name) == 0) {
			config->network = kinds[i].kind;
			return;
		}
	errx(EXIT_OWN,
	    "--network %s: not bridge, none, host, pasta or container:NAME",
	    text);
}

struct range {
	unsigned int first, last;
};

static bool
parse_port(const char *text, unsigned int *port)
{
	const char *why;

	*port = (unsigned int)strtonum(text, 1, 65535, &why);
	return isdigit((unsigned char)text[0]) && why == NULL;
}

/* "80" or "80-89". */
static bool
parse_range(char *text, struct range *range)
{
	char *last = text;
	const char *first = strsep(&last, "-");

	return parse_port(first, &range->first) &&
	    parse_port(last != NULL ? last : first, &range->last) &&
	    range->first <= range->last;
}

/* Take "/udp" off the end of text. */
static bool
parse_protocol(char *text, bool *udp)
{
	const char *protocol;

	strsep(&text, "/");
	protocol = text != NULL ? text : "tcp";
	*udp = strcmp(protocol, "udp") == 0;
	return *udp || strcmp(protocol, "tcp") == 0;
}

/* "[address:][host:]box[/udp]", where host may be empty after an address. */
static void
set_publish(const char *text, void *to)
{
	struct config *config = to;
	struct port port = { .claim = -1 };
	struct range box, host = { 0 };
	struct in_addr unused;
	char *copy = options_copy(text), *inside, *outside = NULL;
	char *address = NULL;

	if (!parse_protocol(copy, &port.udp))
		errx(EXIT_OWN, "-p %s: neither tcp nor udp", text);
	inside = strrchr(copy, ':');
	if (inside != NULL) {
		*inside = '\0';
		outside = strrchr(copy, ':');
		if (outside != NULL) {
			*outside++ = '\0';
			address = copy;
		} else {
			outside = copy;
		}
	}
	if (!parse_range(inside != NULL ? inside + 1 : copy, &box) ||
	    (outside != NULL && (outside[0] != '\0' || address == NULL) &&
		!parse_range(outside, &host)))
		errx(EXIT_OWN, "-p %s: not [ADDRESS:][HOST:]PORT[/udp]", text);
	if (host.first != 0 && host.last - host.first != box.last - box.first)
		errx(EXIT_OWN, "-p %s: not as many ports here as there", text);
	if (address != NULL && inet_pton(AF_INET, address, &unused) != 1)
		errx(EXIT_OWN, "-p %s: %s is no IPv4 address", text, address);
	/* All zero is what docker shows for "all addresses". */
	if (address != NULL && unused.s_addr != INADDR_ANY)
		strlcpy(port.address, address, sizeof(port.address));

	for (unsigned int i = 0; i <= box.last - box.first; i++) {
		port.box = (uint16_t)(box.first + i);
		port.host = (uint16_t)(host.first != 0 ? host.first + i : 0);
		config->ports = options_grow(
		    config->ports, config->port_count, sizeof(*config->ports));
		config->ports[config->port_count++] = port;
	}
	free(copy);
}

static void
set_expose(const char *text, void *to)
{
	if (ports_expose(to, text) == -1)
		errx(EXIT_OWN, "--expose %s: not PORT[/udp]", text);
}

static void
set_dns(const char *text, void *to)
{
	struct config *config = to;
	struct in6_addr unused;

	if (inet_pton(AF_INET, text, &unused) != 1 &&
	    inet_pton(AF_INET6, text, &unused) != 1)
		errx(EXIT_OWN, "--dns %s: not an address", text);
	config->dns =
	    options_grow(config->dns, config->dns_count, sizeof(*config->dns));
	config->dns[config->dns_count++] = text;
}

static void
set_dns_search(const char *text, void *to)
{
	struct config *config = to;

	if (text[0] == '\0' || strpbrk(text, " \t\n#;") != NULL)
		errx(EXIT_OWN, "--dns-search %s: not a domain", text);
	config->dns_search = options_grow(config->dns_search,
	    config->dns_search_count, sizeof(*config->dns_search));
	config->dns_search[config->dns_search_count++] = text;
}

int
ports_expose(struct config *config, const char *text)
{
	struct port port = { .claim = -1 };
	struct range range;
	char *copy = options_copy(text);
	bool good;

	good = parse_protocol(copy, &port.udp) && parse_range(copy, &range);
	free(copy);
	if (!good)
		return -1;
	for (unsigned int n = range.first; n <= range.last; n++) {
		port.box = (uint16_t)n;
		config->exposed = options_grow(config->exposed,
		    config->exposed_count, sizeof(*config->exposed));
		config->exposed[config->exposed_count++] = port;
	}
	return 0;
}

static const struct option_row rows[] = {
	{ "network", 0, "WHICH",
	    "bridge (of root), none, host, pasta, container:NAME", set_network,
	    0 },
	{ "publish", 'p', "[[IP:]PORT:]PORT[/udp]",
	    "a port of the host that leads to one of the box", set_publish, 0 },
	{ "publish-all", 'P', NULL, "all exposed ports, at free ones", NULL,
	    offsetof(struct config, publish_all) },
	{ "expose", 0, "PORT[/udp]", "for -P, beside the image's own",
	    set_expose, 0 },
	{ "dns", 0, "ADDRESS", "a name server, in place of the host's", set_dns,
	    0 },
	{ "dns-search", 0, "DOMAIN", "where names without a dot are looked up",
	    set_dns_search, 0 },
	{ 0 },
};

const struct option_group options_network = { "Network", rows };
