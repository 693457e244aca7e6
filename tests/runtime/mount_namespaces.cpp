// SPDX-License-Identifier: Apache-2.0
#include "tests/runtime/mount_namespaces.hpp"

#include <linux/magic.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

namespace podmeter::tests {
namespace {

// Neither the tests' bpffs is there, nor what the machine has below it.
bool unmount_bpffs() {
  while (::umount("/sys/fs/bpf") == 0) {
  }
  struct statfs status {};
  return ::statfs("/sys/fs/bpf", &status) == 0 && status.f_type != BPF_FS_MAGIC;
}

// A child goes on. The caller waits for it and ends as it does.
bool go_on_in_child() {
  const pid_t child = ::fork();
  if (child == 0)
    return ::prctl(PR_SET_PDEATHSIG, SIGKILL) == 0;
  int status = 0;
  ::waitpid(child, &status, 0);
  ::_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

bool become_process_1() {
  return ::unshare(CLONE_NEWNS | CLONE_NEWPID) == 0 && go_on_in_child() &&
         ::mount("proc", "/proc", "proc", 0, nullptr) == 0;
}

}  // namespace

bool enter_node_without_bpffs() {
  return become_process_1() && unmount_bpffs();
}

bool enter_namespace_without_bpffs() {
  return become_process_1() && go_on_in_child() && ::unshare(CLONE_NEWNS) == 0 && unmount_bpffs();
}

}  // namespace podmeter::tests
