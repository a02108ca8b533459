using PantryChain.DeviceDrivers.Bus;

namespace PantryChain.DeviceDrivers.Tests.Bus;

public sealed class RealTimeThreadSpecs
{
    /// <summary>A second way to the kernel's answer: field 41 of the thread's own stat file is its policy (proc(5)); 1 is SCHED_FIFO.</summary>
    [Fact]
    public void A_thread_either_has_the_priority_or_is_told_which_setting_permits_it()
    {
        bool entered = false;
        string? why = null;
        string stat = "";
        Thread thread = new(() =>
        {
            entered = RealTimeThread.TryEnter(out why);
            stat = File.ReadAllText("/proc/thread-self/stat");
        });
        thread.Start();
        thread.Join(TimeSpan.FromSeconds(20)).Should().BeTrue();

        string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        (string priority, string policy) = (fields[40 - 3], fields[41 - 3]);
        (priority, policy).Should().Be(entered ? ($"{RealTimeThread.Priority}", "1") : ("0", "0"));
        if (!entered)
            why.Should().Contain("LimitRTPRIO=10").And.Contain("CAP_SYS_NICE");
    }
}
