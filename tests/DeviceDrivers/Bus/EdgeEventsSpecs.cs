using System.IO.Pipes;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using PantryChain.DeviceDrivers.Bus;

namespace PantryChain.DeviceDrivers.Tests.Bus;

/// <summary>A pipe stands in the place of the request's file: both are read and polled alike.</summary>
public sealed class EdgeEventsSpecs : IDisposable
{
    private readonly AnonymousPipeServerStream _kernel = new(PipeDirection.Out);
    private readonly SafeFileHandle _request;
    private readonly EdgeEvents _events;

    public EdgeEventsSpecs()
    {
        _request = new SafeFileHandle(_kernel.ClientSafePipeHandle.DangerousGetHandle(), ownsHandle: false);
        _events = new EdgeEvents(_request);
    }

    [Fact]
    public void Without_an_edge_the_sleep_ends_after_its_time()
    {
        _events.Wait(nanoseconds: 1, out bool any).Should().Be(0);

        any.Should().BeFalse();
    }

    [Fact]
    public void An_edge_ends_the_sleep_and_gives_the_kernels_time_stamp()
    {
        Tell(offset: 5, time: 1_234);

        _events.Wait(nanoseconds: long.MaxValue / 2, out bool any).Should().Be(0);
        long fallen = 0;
        _events.Take(5, since: 0, ref fallen, out _).Should().Be(0);

        any.Should().BeTrue();
        fallen.Should().Be(1_234);
    }

    [Fact]
    public void The_last_fall_of_the_watched_line_counts_and_nothing_stays_in_the_queue()
    {
        for (int i = 0; i < 40; i++)
            Tell(offset: 5, time: 1_000 + i);
        Tell(offset: 6, time: 9_000);
        Tell(offset: 5, time: 9_001, id: 1); // a rise
        long fallen = 0;

        _events.Take(5, since: 0, ref fallen, out _).Should().Be(0);

        fallen.Should().Be(1_039);
        _events.Wait(nanoseconds: 0, out bool any);
        any.Should().BeFalse();
    }

    [Fact]
    public void An_edge_that_was_queued_too_late_for_the_wait_before_does_not_count()
    {
        Tell(offset: 5, time: 1_000);
        long fallen = 77;

        _events.Take(5, since: 1_001, ref fallen, out _).Should().Be(0);

        fallen.Should().Be(77);
        _events.Wait(nanoseconds: 0, out bool any);
        any.Should().BeFalse();
    }

    [Fact]
    public void With_no_fall_in_the_queue_the_time_is_left_alone()
    {
        long fallen = 77;

        _events.Take(5, since: 0, ref fallen, out _).Should().Be(0);

        fallen.Should().Be(77);
    }

    [Fact]
    public void A_chip_that_is_gone_is_an_error_and_no_endless_loop()
    {
        _kernel.Dispose();
        long fallen = 0;

        _events.Take(5, since: 0, ref fallen, out _).Should().NotBe(0);
    }

    public void Dispose()
    {
        _request.Dispose();
        _kernel.Dispose();
    }

    private void Tell(uint offset, long time, uint id = GpioAbi.EventFallingEdge)
    {
        GpioAbi.LineEvent edge = new() { TimestampNanoseconds = (ulong)time, Id = id, Offset = offset };
        _kernel.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<GpioAbi.LineEvent>(ref edge)));
        _kernel.Flush();
    }
}
