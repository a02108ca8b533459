using PantryChain.DeviceDrivers.Bus;

namespace PantryChain.DeviceDrivers.Tests.Bus;

public sealed class BusErrorsSpecs
{
    [Theory]
    [InlineData(BusErrors.NoSuchAddress, BusFailure.NotAcknowledged, "power")]
    [InlineData(BusErrors.RemoteIo, BusFailure.NotAcknowledged, "doctor")]
    [InlineData(BusErrors.TimedOut, BusFailure.TimedOut, "i2c_arm_baudrate")]
    [InlineData(BusErrors.InUse, BusFailure.Busy, "overlay")]
    [InlineData(BusErrors.TryAgain, BusFailure.Busy, "tries again")]
    [InlineData(BusErrors.NotSupported, BusFailure.Unsupported, "plain I²C")]
    [InlineData(5, BusFailure.Broken, "dmesg")] // EIO
    [InlineData(BusErrors.NoSuchDevice, BusFailure.Broken, "dmesg")]
    public void A_failed_exchange_says_why_where_and_what_next(int error, BusFailure failure, string next)
    {
        BusException told = BusErrors.Exchange("/dev/i2c-1", 0x2A, error);

        told.Failure.Should().Be(failure);
        told.Message.Should().StartWith("/dev/i2c-1: ").And.Contain("0x2A").And.Contain(next).And.Contain($"error {error}");
    }

    [Theory]
    [InlineData("i2c", BusErrors.PermissionDenied, "group i2c")]
    [InlineData("spi", BusErrors.NotPermitted, "group spi")]
    [InlineData("i2c", BusErrors.NoSuchFile, "dtparam=i2c_arm=on")]
    [InlineData("spi", BusErrors.NoSuchFile, "dtparam=spi=on")]
    [InlineData("i2c", BusErrors.InUse, "another program")]
    public void A_bus_that_cannot_be_opened_names_the_switch_or_the_group(string kind, int error, string next) =>
        BusErrors.Open("/dev/x", kind, error).Message.Should().StartWith("/dev/x ").And.Contain(next);
}
