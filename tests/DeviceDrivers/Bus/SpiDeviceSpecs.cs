using PantryChain.DeviceDrivers.Bus;

namespace PantryChain.DeviceDrivers.Tests.Bus;

public sealed class SpiDeviceSpecs
{
    [Theory]
    [InlineData(3, 2)]
    [InlineData(0, 1)]
    public void As_many_bytes_come_in_as_go_out_or_nothing_moves(int written, int read)
    {
        using Wire wire = new();

        FluentActions.Invoking(() => wire.TransferFullDuplex(new byte[written], new byte[read])).Should().Throw<ArgumentException>().WithMessage($"*{written}*{read}*");
        wire.TransferFullDuplex(new byte[4], new byte[4]);

        wire.Transfers.Should().Equal(4);
    }

    private sealed class Wire : SpiDevice
    {
        public List<int> Transfers { get; } = [];

        public override string Name => "wire";

        public override long Now() => 0;

        protected override void Exchange(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer) => Transfers.Add(writeBuffer.Length);
    }
}
