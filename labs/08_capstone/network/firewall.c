/*
 * firewall.c - rules of nftables that let boxes out, and callers in.
 *
 * A box has an address that nobody beyond the host knows.  So what it sends
 * out has to look as if the host had sent it, and what comes for a port that
 * the box published is sent on to it.  Both are rewriting of addresses, NAT,
 * which the kernel undoes for the answers.
 *
 * A table can be removed as a whole, with all that is in it, and a script is
 * executed as a whole or not at all.  So each box has a table of its own.
 * Read: nft(8), ip-sysctl.rst of the kernel's documentation.
 */

#define _GNU_SOURCE
#include <sys/mman.h>
#include <sys/wait.h>

#include <err.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "exit.h"
#include "file.h"
#include "firewall.h"

#define FORWARD "/proc/sys/net/ipv4/ip_forward"

/* A script to write to; NULL with one line said. */
static FILE *
begin_script(void)
{
	int fd = memfd_create("nft", MFD_CLOEXEC);
	FILE *script = fd == -1 ? NULL : fdopen(fd, "w+e");

	if (script == NULL)
		warn("memfd_create");
	return script;
}

/* In a child: become nft, wherever a system administrator's tools are. */
static _Noreturn void
become_nft(int script, int errors)
{
	static const char *const places[] = { "nft", "/usr/sbin/nft",
		"/sbin/nft" };
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (lseek(script, 0, SEEK_SET) == -1 || dup2(script, 0) == -1 ||
	    dup2(errors, 1) == -1 || dup2(errors, 2) == -1)
		_exit(EXIT_OWN);
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		execlp(places[i], "nft", "-f", "-", NULL);
	_exit(errno == ENOENT ? EXIT_NOTFOUND : EXIT_OWN);
}

/*
 * Have nft execute the script, and close it.  0, EXIT_NOTFOUND if there is no
 * nft, or -1 with the first line of what it says, where it says why.
 */
static int
run_script(FILE *script)
{
	int errors = memfd_create("errors", MFD_CLOEXEC), wstatus = -1;
	char text[256];
	ssize_t n;
	pid_t pid = -1;

	if (errors != -1 && fflush(NULL) == 0)
		pid = fork();
	if (pid == 0)
		become_nft(fileno(script), errors);
	fclose(script);
	if (pid == -1 || waitpid(pid, &wstatus, 0) == -1) {
		warn("nft");
	} else if (wstatus != 0 && exit_status(wstatus) != EXIT_NOTFOUND) {
		n = pread(errors, text, sizeof(text) - 1, 0);
		text[n > 0 ? n : 0] = '\0';
		text[strcspn(text, "\n")] = '\0';
		warnx("nft, status %d: %s", exit_status(wstatus), text);
		wstatus = -1;
	}
	if (errors != -1)
		close(errors);
	return wstatus <= 0 ? wstatus : EXIT_NOTFOUND;
}

/* The start of a table: an old one of that name goes, if there is one. */
static void
put_table(FILE *script, const char *id)
{
	const char *dash = id != NULL ? "-" : "";

	if (id == NULL)
		id = "";
	fprintf(script, "add table ip boxlab%s%s\n", dash, id);
	fprintf(script, "delete table ip boxlab%s%s\n", dash, id);
}

/*
 * "guard": a box could address a packet to 127.0.0.1 and hand it to the
 * bridge, on which such packets are allowed for our own good; and a neighbour
 * of the host's could reach what is published there, since a rule rewrites the
 * address before the kernel sees that it is a lie.  "forward": on
 * the way to boxes is only what they asked for, and what a port let in.  The
 * last two rewrite the sender where the box could not answer to it: 127.0.0.1
 * is itself, and another box would answer past us, with its own address.
 */
static void
put_shared(FILE *script, const char *bridge, const char *subnet)
{
	static const char rules[] =
	    "table ip boxlab {\n"
	    "	chain guard {\n"
	    "		type filter hook prerouting priority -300;\n"
	    "		iifname != lo ip daddr 127.0.0.0/8 drop\n"
	    "		iifname $boxes ip saddr 127.0.0.0/8 drop\n"
	    "	}\n"
	    "	chain forward {\n"
	    "		type filter hook forward priority 0;\n"
	    "		oifname != $boxes accept\n"
	    "		iifname $boxes accept\n"
	    "		ct state established,related accept\n"
	    "		ct status dnat accept\n"
	    "		drop\n"
	    "	}\n"
	    "	chain postrouting {\n"
	    "		type nat hook postrouting priority 100;\n"
	    "		ip saddr $addresses oifname != $boxes masquerade\n"
	    "		oifname != $boxes accept\n"
	    "		ip saddr 127.0.0.0/8 masquerade\n"
	    "		ip saddr $addresses ct status dnat masquerade\n"
	    "	}\n"
	    "}\n";

	put_table(script, NULL);
	fprintf(script, "define boxes = \"%s\"\ndefine addresses = %s\n%s",
	    bridge, subnet, rules);
}

/* A port is reached from elsewhere and from the host: two ways through it. */
static void
put_ports(FILE *script, const struct config *config, const char *hook,
    const char *address)
{
	fprintf(script,
	    "	chain %s {\n"
	    "		type nat hook %s priority -100;\n",
	    hook, hook);
	for (size_t i = 0; i < config->port_count; i++) {
		const struct port *port = &config->ports[i];

		if (port->address[0] != '\0')
			fprintf(script, "		ip daddr %s",
			    port->address);
		else
			fprintf(script, "		fib daddr type local");
		fprintf(script, " %s dport %u dnat to %s:%u\n",
		    port->udp ? "udp" : "tcp", port->host, address, port->box);
	}
	fprintf(script, "	}\n");
}

static void
forward(bool quiet)
{
	char text[16];

	if (file_read(FORWARD, text, sizeof(text)) > 0 && text[0] == '1')
		return;
	if (file_write(FORWARD, "1") == -1)
		warn(FORWARD ": boxes have no way to other machines");
	else if (!quiet)
		warnx("this host forwards packets from now on, for boxes to "
		      "reach others (net.ipv4.ip_forward=1)");
}

void
firewall_bridge(const char *bridge, const char *subnet, bool quiet)
{
	FILE *script = begin_script();
	int result;

	if (script == NULL)
		return;
	put_shared(script, bridge, subnet);
	result = run_script(script);
	if (result == 0)
		forward(quiet);
	else if (result == EXIT_NOTFOUND && !quiet)
		warnx("boxes have no way to other machines: nft is missing "
		      "(package nftables; then box prune)");
}

int
firewall_publish(const char *bridge, const char *subnet,
    const struct config *config, const char *id, const char *address)
{
	FILE *script = begin_script();
	char path[PATH_MAX];
	int result;

	if (script == NULL)
		return -1;
	put_shared(script, bridge, subnet);
	put_table(script, id);
	fprintf(script, "table ip boxlab-%s {\n", id);
	put_ports(script, config, "prerouting", address);
	put_ports(script, config, "output", address);
	fprintf(script, "}\n");
	result = run_script(script);
	if (result == EXIT_NOTFOUND)
		warnx("-p: nft is missing (package nftables)");
	if (result != 0)
		return -1;

	/* The table guards it: packets to 127.0.0.1 may use the bridge. */
	forward(config->quiet);
	file_path(path, sizeof(path),
	    "/proc/sys/net/ipv4/conf/%s/route_localnet", bridge);
	if (file_write(path, "1") == 0)
		return 0;
	warn("%s", path);
	return -1;
}

int
firewall_withdraw(const char *id)
{
	FILE *script = begin_script();

	if (script == NULL)
		return -1;
	put_table(script, id);
	return run_script(script) == -1 ? -1 : 0;
}
